package dev.tidemark.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Items;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JsonTypesTest {

    private static final SinkField META = new SinkField("meta", "object", false, true, true, null);

    private final FakeSink sink = new FakeSink();

    @Test
    void aWiderField_keepsItsOptions() throws Exception {
        Map<String, Object> options = Map.of("range_index", true);
        SinkField there = new SinkField("meta.n", "int64", false, true, true, false, options);
        JsonTypes types = types(META, there);
        String rejection = "Field `meta.n` must be an int64.";
        types.resend(sink, documents("{\"meta\":{\"n\":2.5}}"), List.of(new Rejection(0, rejection)));
        assertThat(fields()).containsExactly(META, new SinkField("meta.n", "float", false, true, true, false, options));
    }

    @Test
    void oneRefusedField_leavesTheOthersTheirTypes() throws Exception {
        sink.rejectedFields.add("meta.b");
        types(META)
                .prepare(
                        sink,
                        documents(
                                "{\"meta\":{\"a\":1,\"b\":1,\"c\":1}}", "{\"meta\":{\"a\":2.5,\"b\":2.5,\"c\":2.5}}"));
        assertThat(fields()).extracting(SinkField::name).containsExactly("meta", "meta.a", "meta.c");
    }

    @Test
    void requestsOverlap_onceNoDocumentIsInspectedBeforeItIsSent() throws Exception {
        JsonTypes types = types(META);
        List<Document> few = documents("{\"meta\":{\"a\":1}}");
        types.prepare(sink, few);
        assertThat(types.mayOverlap()).isFalse();
        types.prepare(sink, Collections.nCopies(10_000, few.get(0)));
        assertThat(types.mayOverlap()).isTrue();
    }

    /** Two requests were under way: the second one's documents are accepted when they are sent the next time. */
    @Test
    void fieldThatIsWidenedForOneRequest_isNotWidenedAgainForAnother() throws Exception {
        JsonTypes types = types(META, new SinkField("meta.n", "int64", false, true, true, null));
        List<Rejection> rejections = List.of(new Rejection(0, "Field `meta.n` must be an int64."));
        List<Document> decimal = documents("{\"meta\":{\"n\":2.5}}");
        assertThat(types.resend(sink, decimal, rejections)).isEmpty();
        assertThat(types.resend(sink, decimal, rejections)).isEqualTo(rejections);
        assertThat(sink.upsert("goods", decimal)).isEmpty();
    }

    private List<SinkField> fields() {
        return Objects.requireNonNull(sink.nested.get("goods"));
    }

    private JsonTypes types(SinkField... fields) {
        sink.nested.put("goods", List.of(fields));
        return new JsonTypes(new Target(
                DocumentBuilder.of(new SourceSettings.Table(Items.TABLE, List.of()), "goods")
                        .build(),
                new TableInfo(Items.SCHEMA, List.of("id"), -1),
                new CollectionInfo("goods", List.of(fields), true, null, 0),
                List.of("id", "n"),
                CollectionDesign.columns(Items.SCHEMA)));
    }

    private static List<Document> documents(String... json) {
        return Stream.of(json)
                .map(each -> new Document("1", each.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
