package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a changed table means for documents of rows that did not change. */
class ColumnChangesTest {

    private static final TableId TABLE = new TableId("public", "items");
    private static final Config.Document DOCUMENT = DocumentBuilder.of(
                    new SourceSettings.Table(TABLE, List.of()), "items")
            .build();
    private static final Column ID = column("id", ColumnType.of(Kind.INT32));

    private static Column column(String name, ColumnType type) {
        return new Column(name, type, true);
    }

    private static Column text(String name) {
        return column(name, ColumnType.of(Kind.TEXT));
    }

    private static RowSchema schema(Column... columns) {
        return new RowSchema(TABLE, List.of(columns));
    }

    private static ColumnChanges between(RowSchema before, RowSchema now) {
        return ColumnChanges.between(Columns.texts(before), now, DOCUMENT);
    }

    @Test
    void texts_areReadBack_whateverTheColumn() {
        ColumnType nested = ColumnType.arrayOf(ColumnType.arrayOf(ColumnType.decimal(12)));
        assertThat(Columns.texts(schema(column("unit price", ColumnType.decimal(10)), column("a b", nested))))
                .containsExactly("unit price DECIMAL(10)", "a b ARRAY of ARRAY of DECIMAL(12)");
        assertThat(Columns.name("a b ARRAY of ARRAY of DECIMAL(12)")).isEqualTo("a b");
        assertThat(Columns.type("a b ARRAY of ARRAY of DECIMAL(12)")).isEqualTo(nested);
        assertThat(Columns.type("unit price DECIMAL(10)")).isEqualTo(ColumnType.decimal(10));
        assertThat(Columns.name("recorded by an older version")).isEqualTo("recorded by an older version");
        assertThat(Columns.type("recorded by an older version")).isNull();
    }

    @Test
    void sameColumns_changeNothing() {
        assertThat(between(schema(ID, text("a")), schema(ID, text("a"))).isEmpty())
                .isTrue();
        assertThat(ColumnChanges.between(List.of("id", "a"), schema(ID, text("a")), DOCUMENT)
                        .isEmpty())
                .as("recorded by an older version")
                .isTrue();
    }

    @Test
    void columnAtTheEnd_isAdded_oneAmongOthersWasThere() {
        ColumnChanges last = between(schema(ID), schema(ID, text("a")));
        assertThat(last.added()).containsExactly("a");
        assertThat(last.other()).isNull();
        assertThat(between(schema(ID, text("b")), schema(ID, text("a"), text("b")))
                        .other())
                .contains("a was added before others");
    }

    @Test
    void otherTypes_lostColumns_andAnotherOrder_changeDocuments() {
        assertThat(between(schema(ID, text("a")), schema(ID, column("a", ColumnType.of(Kind.INT64))))
                        .other())
                .isEqualTo("a TEXT became INT64");
        assertThat(between(schema(ID, text("a")), schema(ID)).other()).isEqualTo("a is gone");
        assertThat(between(schema(ID, text("a")), schema(ID, text("b"))).other())
                .isEqualTo("a is gone");
        assertThat(between(schema(ID, text("a"), text("b")), schema(ID, text("b"), text("a")))
                        .other())
                .isEqualTo("the order of columns changed");
    }
}
