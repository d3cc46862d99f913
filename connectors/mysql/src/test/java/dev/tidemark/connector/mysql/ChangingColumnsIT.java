package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tables are read while their columns are changed. */
class ChangingColumnsIT {

    private static final TableId TABLE = TableId.parse("changing.changing");

    /** What was described before an ALTER TABLE is never read in another form after it, or in the form before. */
    @Test
    void rowsHaveTheFormOfTheirColumns_whateverChangesThemMeanwhile() throws Exception {
        MySqlServer server = MySqlServer.shared();
        server.execute(
                "",
                "CREATE DATABASE changing",
                "CREATE TABLE changing.changing (id int PRIMARY KEY, v int DEFAULT 1)",
                "INSERT INTO changing.changing (id) VALUES (1)");
        SourceSettings settings = SourceSettings.of("changing")
                .at(server.host(), server.port())
                .as(server.user(), new Secret(server.password()))
                .build();
        AtomicBoolean over = new AtomicBoolean();
        Thread changing = new Thread(() -> {
            while (!over.get()) {
                server.execute(
                        "", "ALTER TABLE changing.changing DROP COLUMN v, ADD COLUMN v varchar(9) DEFAULT 'never'");
                server.execute("", "ALTER TABLE changing.changing DROP COLUMN v, ADD COLUMN v int DEFAULT 1");
            }
        });
        List<Row> rows = new ArrayList<>();
        try (RowReader reader = new MySqlConnector(settings).rowReader()) {
            changing.start();
            while (rows.size() < 600) {
                reader.after(TABLE, List.of("id"), null, 10, rows::add);
                reader.first(TABLE, List.of("id"), 10, rows::add);
                reader.read(TABLE, List.of("id"), List.<Object[]>of(new Object[] {1}), rows::add);
            }
        } finally {
            over.set(true);
            changing.join();
            server.execute("", "DROP DATABASE changing");
        }
        assertThat(rows).allSatisfy(row -> {
            boolean text = row.schema().columns().get(1).type().kind() == Kind.TEXT;
            assertThat(row.get(1)).isEqualTo(text ? "never" : (Object) 1);
        });
        assertThat(rows)
                .extracting(row -> row.schema().columns().get(1).type().kind())
                .contains(Kind.TEXT, Kind.INT32);
    }
}
