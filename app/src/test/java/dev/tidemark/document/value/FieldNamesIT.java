package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.testkit.typesense.TypesenseAdmin;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we say of names is what the server does. */
class FieldNamesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLLECTION = "names" + ProcessHandle.current().pid();

    private final TypesenseAdmin admin = TypesenseServer.shared().admin();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:b", "n.*", "a&&b", "a||b", "(a)", "a(b)", "a,b", " a", "a ", "a b", "-a", "a.b", "a*", "a`b", "a=b",
                        "a<b", "a!b",
                "a|b", "a&b", "[a]", "a[b]", "ünï", "日本", "a/b", "a+b", "#a", "$a", "a'b", "a\"b", "a\\b", "a;b", "a%b",
                        "{a}", "!a",
                "1a", "true", "AND", "a:", "a:desc"
            })
    void trouble_isWhatTheServerCannotDo(String name) throws Exception {
        ObjectNode schema = JSON.createObjectNode().put("name", COLLECTION);
        schema.putArray("fields")
                .addObject()
                .put("name", name)
                .put("type", "string")
                .put("facet", true)
                .put("sort", true)
                .put("optional", true);
        admin.post("/collections", schema.toString());
        try {
            admin.upsert(
                    COLLECTION,
                    List.of(
                            JSON.createObjectNode()
                                    .put("id", "1")
                                    .put(name, "red")
                                    .toString(),
                            JSON.createObjectNode()
                                    .put("id", "2")
                                    .put(name, "blue")
                                    .toString()));
            boolean works = finds("q=red&query_by=" + encoded(name), "1")
                    && finds("q=*&filter_by=" + encoded(name + ":=red"), "1")
                    && finds("q=*&sort_by=" + encoded(name + ":asc"), "2")
                    && admin.status("GET", search("q=*&facet_by=" + encoded(name))) == 200;
            assertThat(FieldNames.problem(name).isEmpty()).as(name).isEqualTo(works);
            String instead = FieldNames.instead(name, Set.of());
            assertThat(FieldNames.problem(instead)).as(instead).isEmpty();
            assertThat(instead).matches("[\\p{L}\\p{N}_]+");
        } finally {
            admin.delete("/collections/" + COLLECTION);
        }
    }

    private boolean finds(String query, String first) throws Exception {
        return admin.status("GET", search(query)) == 200
                && JSON.readTree(admin.get(search(query)))
                        .at("/hits/0/document/id")
                        .asText()
                        .equals(first);
    }

    private static String search(String query) {
        return "/collections/" + COLLECTION + "/documents/search?" + query;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
