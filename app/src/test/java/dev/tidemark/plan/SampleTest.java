package dev.tidemark.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.plan.SampleResult.Reject;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SampleTest {

    private static final TableId TABLE = TableId.parse("public.goods");
    private static final RowSchema SCHEMA = new RowSchema(
            TABLE,
            List.of(
                    new Column("code", ColumnType.of(Kind.TEXT), true),
                    new Column("amount", ColumnType.of(Kind.INT64), true)));

    private final List<Document> sent = new ArrayList<>();

    private static Config.Document document() {
        return document(Config.Selection.ALL);
    }

    private static Config.Document document(Config.Selection selection) {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        fields.put("n", new Config.Field("amount", null, "int32", null, null, null, null));
        return DocumentBuilder.of(new SourceSettings.Table(TABLE, List.of("code")), "goods")
                .fields(fields)
                .selection(selection)
                .build();
    }

    private Sample sample(int limit, @Nullable Object[]... rows) {
        return sample(document(), limit, rows);
    }

    private Sample sample(Config.Document document, int limit, @Nullable Object[]... rows) {
        List<SinkField> fields = new CollectionDesign(document, SCHEMA).fields();
        Sample sample = new Sample(
                document,
                new TableInfo(SCHEMA, List.of("code"), -1),
                new CollectionInfo("goods", fields, false, null, 0));
        Arrays.stream(rows).limit(limit).forEach(values -> sample.add(new Row(SCHEMA, values)));
        return sample;
    }

    @Test
    void rowsThatNeedNoServerToBeRefused_areRejectedWithKeyAndField() throws Exception {
        SampleResult result = sample(
                        10,
                        new @Nullable Object[] {"a", 1L},
                        new @Nullable Object[] {null, 2L},
                        new @Nullable Object[] {"", 2L},
                        new @Nullable Object[] {"a", 3L},
                        new @Nullable Object[] {"b", 3_000_000_000L})
                .tryIn(documents -> {
                    sent.addAll(documents);
                    return List.of();
                });
        assertThat(result.rows()).isEqualTo(5);
        assertThat(result.rejected()).isEqualTo(4);
        assertThat(result.schemaRefused()).isNull();
        assertThat(sent)
                .extracting(document -> new String(document.json(), StandardCharsets.UTF_8))
                .containsExactly("{\"id\":\"a\",\"n\":1}");
        assertThat(result.rejects())
                .extracting(reject -> reject.key().get("code"))
                .containsExactly(null, "", "a", "b");
        assertThat(result.rejects())
                .extracting(Reject::error)
                .satisfiesExactly(
                        error -> assertThat(error).contains("NULL"),
                        error -> assertThat(error).contains("empty"),
                        error -> assertThat(error).contains("another row", "'a'"),
                        error -> assertThat(error).contains("'amount'", "3000000000", "int32"));
        assertThat(result.rejects().get(3).field()).isEqualTo("n");
    }

    @Test
    void whatTheServerRefuses_isToldInItsWords_withTheRowsKey() throws Exception {
        SampleResult result = sample(2, new @Nullable Object[] {"a", 1L}, new @Nullable Object[] {"b", 2L})
                .tryIn(documents -> List.of(new Rejection(1, "Field `n` must be an int32.")));
        assertThat(result.rejects())
                .containsExactly(new Reject(Map.of("code", "b"), "n", "Field `n` must be an int32."));
    }

    @Test
    void rejects_areCountedBeyondThoseThatAreShown() throws Exception {
        @Nullable Object[][] rows = new @Nullable Object[250][];
        Arrays.setAll(rows, i -> new @Nullable Object[] {"", 1L});
        SampleResult result = sample(200, rows).untried("400 no such type");
        assertThat(result.rows()).isEqualTo(200);
        assertThat(result.rejected()).isEqualTo(200);
        assertThat(result.rejects()).hasSize(100);
        assertThat(result.schemaRefused()).isEqualTo("400 no such type");
    }

    @Test
    void rowsThatBecomeNoDocuments_areNotTried_andToldApart() throws Exception {
        Config.Document some = document(new Config.Selection(Cel.cel("10 / row.amount > 1"), null));
        SampleResult result = sample(
                        some,
                        10,
                        new @Nullable Object[] {"kept", 5L},
                        new @Nullable Object[] {"out", 10L},
                        new @Nullable Object[] {"fails", 0L})
                .tryIn(documents -> {
                    sent.addAll(documents);
                    return List.of();
                });
        assertThat(sent).extracting(Document::id).containsExactly("kept");
        assertThat(result.rows()).isEqualTo(2);
        assertThat(result.rejects())
                .singleElement()
                .satisfies(reject -> assertThat(reject.key()).containsEntry("code", "fails"))
                .satisfies(reject -> assertThat(reject.error()).contains("by zero"));
        assertThat(result.note()).isEqualTo("1 more rows become no documents, by 'where' or 'softDelete'");
    }
}
