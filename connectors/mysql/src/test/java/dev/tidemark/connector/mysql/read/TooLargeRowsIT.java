package dev.tidemark.connector.mysql.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows that are too large to be read: the server leaves their large values out. */
class TooLargeRowsIT {

    private static final TableId TABLE = TableId.parse("too_large.pages");
    private static final List<String> KEY = List.of("id");
    private static final int LIMIT = 1 << 20;

    private final MySqlServer server = MySqlServer.shared();
    private final Database database = new Database(SourceSettings.of("large")
            .at(server.host(), server.port())
            .as(server.user(), new Secret(server.password()))
            .reads(new SourceSettings.Reads(1, Duration.ofMinutes(1), 1000))
            .build());

    @AfterEach
    void dropTables() {
        server.execute("", "DROP DATABASE too_large");
    }

    private static void assertRead(Consumer<Consumer<Row>> reading) {
        List<Row> rows = new ArrayList<>();
        reading.accept(rows::add);
        rows.sort(Comparator.comparing(row -> (Integer) row.get(0)));
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0).tooLarge()).isZero();
        assertThat(rows.get(0).get(1)).as("a text in latin1").isEqualTo("caf\u00e9 ".repeat(1000));
        assertThat(String.valueOf(rows.get(0).get(2))).as("json").contains("2.5", "\u20ac");
        assertThat((byte[]) rows.get(0).get(3)).containsExactly(0, -1);
        assertThat(rows.get(1).tooLarge()).as("the largest that is read").isZero();
        assertThat((String) rows.get(1).get(1)).hasSize(LIMIT);
        assertThat(rows.get(2).tooLarge()).isEqualTo(LIMIT + 1);
        assertThat(rows.get(2).get(1)).isNull();
        assertThat(rows.get(2).get(4)).as("a small value").isEqualTo("name");
        assertThat(rows.get(3).tooLarge()).as("in several columns").isGreaterThan(LIMIT);
    }

    @Test
    void rowsThatAreTooLarge_areReadWithoutTheirLargeValues() {
        server.execute(
                "",
                "CREATE DATABASE too_large",
                "CREATE TABLE too_large.pages (id int PRIMARY KEY, body longtext CHARACTER SET latin1, data json,"
                        + " raw longblob, name varchar(10))",
                "INSERT INTO too_large.pages VALUES (1, repeat('caf\u00e9 ', 1000), '{\"a\": [1, 2.5, \"\u20ac\"]}',"
                        + " x'00ff', 'name'), (2, repeat('x', 1048576), NULL, NULL, 'name'),"
                        + " (3, repeat('x', 1048577), NULL, NULL, 'name'),"
                        + " (4, repeat('x', 500000), json_array(repeat('y', 500000)), repeat('z', 500000), 'name')");
        MySqlDialect dialect = new MySqlDialect(database, LIMIT);
        ReadPool pool = database.reads();
        List<@Nullable Object[]> keys = List.of(new Object[] {1}, new Object[] {2}, new Object[] {3}, new Object[] {4});
        try (RowReader reader = new MySqlRowReader(pool.lease(), dialect)) {
            assertRead(found -> reader.first(TABLE, KEY, 10, found));
            assertRead(found -> reader.after(TABLE, KEY, null, 10, row -> {
                found.accept(row);
                return true;
            }));
            assertRead(found -> reader.read(TABLE, KEY, keys, found));
        }
    }
}
