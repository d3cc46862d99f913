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
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a collection needs when its table changes. */
class CollectionChangesTest {

    private static final TableId TABLE = new TableId("public", "items");
    private static final Config.Document DOCUMENT = DocumentBuilder.of(
                    new SourceSettings.Table(TABLE, List.of()), "items")
            .build();
    private static final Map<String, Object> BY_HAND = Map.of("infix", true, "locale", "ja");

    private static RowSchema schema(Kind kind, boolean nullable) {
        return new RowSchema(
                TABLE,
                List.of(
                        new Column("id", ColumnType.of(Kind.INT32), false),
                        new Column("v", ColumnType.of(kind), nullable)));
    }

    private static CollectionInfo collection(SinkField field, boolean nested, @Nullable String sorting) {
        return new CollectionInfo("items", List.of(field), nested, sorting, 1);
    }

    private static SinkField field(String type, boolean optional) {
        return new SinkField(
                "v", type, true, optional, true, type.equals("string") ? Boolean.FALSE : Boolean.TRUE, BY_HAND);
    }

    private static CollectionChanges.Plan plan(
            RowSchema before, RowSchema now, CollectionInfo there, Set<String> nulls, boolean shared) {
        CollectionChanges changes = new CollectionChanges(DOCUMENT, before, Columns.texts(before), there);
        return changes.plan(now, nulls, there, shared);
    }

    private static SinkField altered(CollectionChanges.Plan plan) {
        assertThat(plan.blocked()).isEmpty();
        assertThat(plan.alteration().drop()).containsExactly("v");
        assertThat(plan.alteration().add()).hasSize(1);
        return plan.alteration().add().get(0);
    }

    @Test
    void anotherType_keepsWhatWasSetByHand() {
        SinkField now = altered(plan(
                schema(Kind.TEXT, false),
                schema(Kind.INT32, false),
                collection(field("string", false), false, null),
                Set.of(),
                false));
        assertThat(now).isEqualTo(new SinkField("v", "int32", true, true, true, null, BY_HAND));
    }

    @Test
    void typeThatWasChosenByHand_staysWhileTheColumnDoes() {
        CollectionInfo there = collection(field("string", true), false, null);
        assertThat(plan(schema(Kind.INT32, true), schema(Kind.INT32, true), there, Set.of(), false)
                        .alteration()
                        .isEmpty())
                .isTrue();
        assertThat(plan(schema(Kind.INT32, true), schema(Kind.INT64, true), there, Set.of(), false)
                        .alteration()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void nullability_isFollowed_andANullProvesIt() {
        CollectionInfo there = collection(field("string", false), false, null);
        SinkField optional = field("string", true);
        assertThat(altered(plan(schema(Kind.TEXT, false), schema(Kind.TEXT, true), there, Set.of(), false)))
                .isEqualTo(optional);
        assertThat(altered(plan(schema(Kind.TEXT, false), schema(Kind.TEXT, false), there, Set.of("v"), false)))
                .isEqualTo(optional);
        assertThat(plan(schema(Kind.TEXT, true), schema(Kind.TEXT, true), there, Set.of(), false)
                        .alteration()
                        .isEmpty())
                .as("required by hand")
                .isTrue();
        assertThat(plan(
                                schema(Kind.TEXT, true),
                                schema(Kind.TEXT, false),
                                collection(optional, false, null),
                                Set.of(),
                                false)
                        .alteration()
                        .isEmpty())
                .as("it may stay optional")
                .isTrue();
    }

    @Test
    void whatCannotFollow_isBlocked_withTheWayOut() {
        CollectionInfo sorted = collection(field("int32", false), false, "v");
        assertBlocked(
                plan(schema(Kind.INT32, false), schema(Kind.INT64, false), sorted, Set.of(), false),
                "default_sorting_field");
        CollectionInfo flat = collection(field("string", true), false, null);
        assertBlocked(plan(schema(Kind.TEXT, true), schema(Kind.JSON, true), flat, Set.of(), false), "nested fields");
        CollectionInfo bool = collection(field("bool", true), false, null);
        assertBlocked(plan(schema(Kind.BOOL, true), schema(Kind.INT32, true), bool, Set.of(), true), "other tables");
        CollectionInfo number = collection(field("int32", true), false, null);
        assertThat(altered(plan(schema(Kind.INT32, true), schema(Kind.INT64, true), number, Set.of(), true))
                        .type())
                .as("no row of another table is refused for it")
                .isEqualTo("int64");
    }

    private static void assertBlocked(CollectionChanges.Plan plan, String why) {
        assertThat(plan.alteration().isEmpty()).isTrue();
        assertThat(plan.blocked()).singleElement().satisfies(blocked -> {
            assertThat(blocked.message()).contains("field 'v' of collection items", why);
            assertThat(blocked.hint()).contains("Drop the collection and restart");
        });
    }
}
