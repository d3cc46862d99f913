package dev.tidemark.sink.typesense;

import static dev.tidemark.sink.typesense.Sinks.FIELDS;
import static dev.tidemark.sink.typesense.Sinks.document;
import static dev.tidemark.sink.typesense.Sinks.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.connector.Check;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.FoundDocument;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.Updated;
import dev.tidemark.sink.typesense.http.Json;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server that keeps running. */
class TypesenseSinkIT {

    /** All of them were seen to go wrong somewhere: in a filter, in a normalised path, in a form encoding. */
    private static final List<String> ODD = List.of(
            ".",
            "..",
            "...",
            "*",
            " ",
            "a b",
            " a",
            "a ",
            "a/b",
            "/",
            "../x",
            "a`b",
            "`",
            "100%",
            "%2E",
            "%2F",
            "é",
            "日本",
            "😀",
            "\"",
            "'",
            "\\",
            "a\\",
            "&",
            "?",
            "#",
            "a&b=c",
            "a?b#c",
            "\n",
            "a\nb",
            "\t",
            "+",
            "a+b",
            "[a]",
            "a,b",
            ":",
            "=",
            "(x)",
            "||",
            "&&",
            "!",
            "@",
            "~",
            "{}",
            "<x>",
            ";",
            "$",
            "id:=*",
            "x".repeat(5_000));

    private final TypesenseServer server = TypesenseServer.shared();
    private final TypesenseSink sink = Sinks.quick(server.uri(), server.apiKey());
    private final String name = "c" + UUID.randomUUID().toString().replace("-", "");

    @BeforeEach
    void create() throws Exception {
        sink.create(name, FIELDS, false);
    }

    @AfterEach
    void close() {
        sink.close();
    }

    @Test
    void delete_removesExactlyTheOddIds() throws Exception {
        List<Document> all = new ArrayList<>(documents(300));
        ODD.forEach(id -> all.add(document(id)));
        assertThat(sink.upsert(name, all)).isEmpty();
        assertThat(count()).isEqualTo(all.size());

        for (String id : ODD) {
            long before = count();
            sink.delete(name, List.of(id));
            assertThat(count()).as(id).isEqualTo(before - 1);
        }
        sink.delete(name, ODD); // Already gone is fine.
        assertThat(count()).isEqualTo(300);
        sink.delete(name, documents(299).stream().map(Document::id).toList());
        assertThat(ids()).containsExactly("299");
    }

    @Test
    void exportIds_handsOverOddIdsUnchanged() throws Exception {
        sink.upsert(name, ODD.stream().map(Sinks::document).toList());
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(ODD);
    }

    @Test
    void exportFields_handsOverWhatMatches_orAll() throws Exception {
        sink.upsert(
                name,
                List.of(document("a", ",\"n\":1,\"s\":\"x & y\",\"l\":[\"p\",\"q\"]"), document("b", ",\"n\":2")));
        List<FoundDocument> found = new ArrayList<>();
        sink.exportFields(name, "n:=1", List.of("s", "l", "n"), found::add);
        assertThat(found)
                .containsExactly(new FoundDocument(
                        "a", Map.of("s", List.of("x & y"), "l", List.of("p", "q"), "n", List.of("1"))));
        found.clear();
        sink.exportFields(name, null, List.of("s"), found::add);
        assertThat(found)
                .containsExactlyInAnyOrder(
                        new FoundDocument("a", Map.of("s", List.of("x & y"))), new FoundDocument("b", Map.of()));
    }

    @Test
    void upsert_rejectsByPosition() throws Exception {
        List<Document> some = new ArrayList<>(documents(Importer.LINES + 10));
        some.set(3, document("3", ",\"n\":\"many\""));
        some.set(Importer.LINES + 1, document("x", ",\"n\":true"));
        List<Rejection> rejections = sink.upsert(name, some);
        assertThat(rejections).extracting(Rejection::index).containsExactly(3, Importer.LINES + 1);
        assertThat(rejections.get(0).error()).isEqualTo("400: Field `n` must be an int32.");
        assertThat(count()).isEqualTo(Importer.LINES + 8);
    }

    /** Decision 0011 builds on this. */
    @Test
    void update_writesSomeFields_takesOthersAway_andTellsWhatIsMissing() throws Exception {
        List<String> types = List.of(
                "int32", "int64", "float", "bool", "string", "geopoint", "int32[]", "float[]", "bool[]", "string[]");
        List<String> values =
                List.of("1", "2", "1.5", "true", "\"s\"", "[1.0,2.0]", "[1,2]", "[1.5]", "[true]", "[\"a\",\"b\"]");
        List<SinkField> fields = new ArrayList<>();
        StringBuilder all = new StringBuilder(",\"n\":1");
        StringBuilder nulls = new StringBuilder(",\"undeclared\":null");
        for (int i = 0; i < types.size(); i++) {
            boolean facet = !types.get(i).equals("geopoint");
            fields.add(new SinkField("f" + i, types.get(i), facet, true, true, null));
            all.append(",\"f" + i + "\":" + values.get(i));
            nulls.append(",\"f" + i + "\":null");
        }
        sink.alter(name, fields, List.of());
        assertThat(sink.upsert(name, List.of(document("1", all + ",\"undeclared\":{\"a\":1}"))))
                .isEmpty();
        Updated updated = sink.update(
                name,
                List.of(
                        document("none", ",\"f4\":\"t\""),
                        document("1", ",\"f4\":\"t\",\"f9\":[\"b\"]"),
                        document("none, too", ",\"f4\":null")));
        assertThat(updated.rejections()).isEmpty();
        assertThat(updated.missing()).containsExactly(0, 2);
        JsonNode document = Json.MAPPER.readTree(server.admin().get("/collections/" + name + "/documents/1"));
        assertThat(document.path("f4").asText()).isEqualTo("t");
        assertThat(document.path("f9")).hasSize(1);
        assertThat(document.path("f0").asInt()).isEqualTo(1);

        Updated emptied = sink.update(name, List.of(document("1", nulls.toString())));
        assertThat(emptied.rejections()).isEmpty();
        assertThat(server.admin().get("/collections/" + name + "/documents/1")).isEqualTo("{\"id\":\"1\",\"n\":1}");
        Updated rejected = sink.update(name, List.of(document("1", ",\"f4\":\"u\",\"f0\":\"many\"")));
        assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(0);
        assertThat(server.admin().get("/collections/" + name + "/documents/1")).isEqualTo("{\"id\":\"1\",\"n\":1}");
    }

    /** Why whole documents go to collections with nested objects. Where a later version fails this, they need not. */
    @Test
    void update_leavesCopiesOfNestedFieldsInTheDocument() throws Exception {
        String nested = name + "_nested";
        List<SinkField> fields = List.of(
                new SinkField("o", "object", false, true, true, null),
                new SinkField("s", "string", false, true, true, null));
        sink.create(nested, fields, true);
        sink.upsert(nested, List.of(document("1", ",\"o\":{\"a\":1}")));
        sink.update(nested, List.of(document("1", ",\"s\":\"t\"")));
        assertThat(server.admin().get("/collections/" + nested + "/documents/1"))
                .contains("\"o.a\":1");
        sink.upsert(nested, List.of(document("1", ",\"o\":{\"a\":1}")));
        assertThat(server.admin().get("/collections/" + nested + "/documents/1"))
                .doesNotContain("\"o.a\"");
    }

    @Test
    void find_answersTheConcreteName() throws Exception {
        String alias = name + "_alias";
        server.admin().put("/aliases/" + alias, "{\"collection_name\":\"" + name + "\"}");
        assertThat(find(alias).name()).isEqualTo(name);
        assertThat(find(name).fields()).extracting(SinkField::name).containsExactly("n");
        assertThat(sink.find(name + "_none")).isEmpty();
    }

    @Test
    void find_isFatal_whenAliasDangles() throws Exception {
        String alias = name + "_dangling";
        server.admin().put("/aliases/" + alias, "{\"collection_name\":\"" + name + "_none\"}");
        assertThatThrownBy(() -> sink.find(alias)).isInstanceOfSatisfying(SinkException.class, e -> {
            assertThat(e.kind()).isEqualTo(SinkException.Kind.FATAL);
            assertThat(e).hasMessageContaining(name + "_none");
            assertThat(e.hint()).contains("alias");
        });
    }

    @Test
    void find_resolvesAlias_whenKeyIsScopedToTheCollection() throws Exception {
        String alias = name + "_alias";
        server.admin().put("/aliases/" + alias, "{\"collection_name\":\"" + name + "\"}");
        String key = key(List.of("collections:list", "collections:get", "aliases:get"), name);
        try (TypesenseSink scoped = Sinks.quick(server.uri(), key)) {
            assertThat(scoped.find(alias).orElseThrow().name()).isEqualTo(name);
        }
    }

    @Test
    void create_acceptsItsOwnEarlierTry_andRefusesAnotherSchema() throws Exception {
        sink.create(name, FIELDS, false);
        List<SinkField> other = List.of(new SinkField("n", "string", false, true, true, null));
        assertThatThrownBy(() -> sink.create(name, other, false))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.kind()).isEqualTo(SinkException.Kind.FATAL));
    }

    @Test
    void alter_changesAddsAndDrops_andMayBeRepeated() throws Exception {
        sink.upsert(name, documents(3));
        List<SinkField> add = List.of(
                new SinkField("n", "int64", true, true, true, true),
                new SinkField("t", "string", false, true, true, null));
        sink.alter(name, add, List.of("n"));
        sink.alter(name, add, List.of("n"));
        assertThat(find(name).fields()).extracting(SinkField::name).containsExactlyInAnyOrder("n", "t");
        sink.alter(name, List.of(), List.of("t", "never_there"));
        assertThat(find(name).fields()).extracting(SinkField::type).containsExactly("int64");
    }

    @Test
    void truncate_leavesTheCollection() throws Exception {
        List<Document> many = new ArrayList<>(documents(2_000));
        ODD.forEach(id -> many.add(document(id)));
        sink.upsert(name, many);
        sink.truncate(name);
        assertThat(find(name).documents()).isZero();
        sink.truncate(name);
    }

    @Test
    void exportIds_streamsAll() throws Exception {
        sink.upsert(name, documents(20_000));
        Set<String> seen = new HashSet<>();
        sink.exportIds(name, seen::add);
        assertThat(seen).hasSize(20_000);
    }

    @Test
    void writes_areFatal_whenCollectionIsMissing() throws Exception {
        sink.upsert(name, documents(1));
        server.admin().delete("/collections/" + name);
        assertMissing(() -> sink.upsert(name, documents(1)));
        assertMissing(() -> sink.update(name, documents(1)));
        assertMissing(() -> sink.delete(name, List.of("safe")));
        assertMissing(() -> sink.delete(name, List.of("not safe")));
        assertMissing(() -> sink.truncate(name));
        assertMissing(() -> sink.exportIds(name, id -> {}));
        assertMissing(() -> sink.alter(name, FIELDS, List.of()));
    }

    @Test
    void wrongKey_isRefusedInOneLine_andFatal() {
        try (TypesenseSink wrong = Sinks.quick(server.uri(), "not-the-key")) {
            assertThat(wrong.preflight())
                    .filteredOn(check -> check.outcome() == Check.Outcome.FAILED)
                    .singleElement()
                    .satisfies(check -> assertThat(check.message()).contains("does not accept the API key"));
            assertThatThrownBy(() -> wrong.upsert(name, documents(1)))
                    .isInstanceOfSatisfying(SinkException.class, e -> {
                        assertThat(e.kind()).isEqualTo(SinkException.Kind.FATAL);
                        assertThat(e.reason()).isEqualTo("unauthorized");
                        assertThat(e.toString() + e.hint()).doesNotContain("not-the-key");
                    });
        }
    }

    @Test
    void preflight_namesMissingActions() throws Exception {
        try (TypesenseSink weak = Sinks.quick(server.uri(), key(List.of("debug:list"), ".*"))) {
            assertThat(weak.preflight())
                    .filteredOn(check -> check.outcome() == Check.Outcome.FAILED)
                    .singleElement()
                    .satisfies(check -> assertThat(check.message()).contains("collections:list"));
        }
    }

    @Test
    void preflight_isAllOk_withTheSmallestKey() throws Exception {
        String key = key(List.of("collections:list", "debug:list", "aliases:get"), ".*");
        try (TypesenseSink small = Sinks.quick(server.uri(), key)) {
            assertThat(small.preflight()).extracting(Check::outcome).containsOnly(Check.Outcome.OK);
            assertThat(small.unhealthy()).isEmpty();
        }
    }

    private void assertMissing(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SinkException.class, e -> {
            assertThat(e.reason()).isEqualTo("collection_missing");
            assertThat(e.kind()).isEqualTo(SinkException.Kind.FATAL);
        });
    }

    private String key(List<String> actions, String collections) throws Exception {
        String body = Json.MAPPER.writeValueAsString(
                Map.of("description", "test", "actions", actions, "collections", List.of(collections)));
        return Json.MAPPER
                .readTree(server.admin().post("/keys", body))
                .path("value")
                .asText();
    }

    private CollectionInfo find(String collection) throws Exception {
        return sink.find(collection).orElseThrow();
    }

    private long count() throws Exception {
        return find(name).documents();
    }

    private List<String> ids() throws Exception {
        List<String> ids = new ArrayList<>();
        sink.exportIds(name, ids::add);
        return ids;
    }
}
