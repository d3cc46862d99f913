package dev.tidemark.sink.typesense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.Document;
import dev.tidemark.sink.Seen;
import dev.tidemark.testkit.typesense.TypesenseAdmin;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** With the service's own key, whose scope is the collections' concrete names. */
class CollectionLookIT {

    private final TypesenseServer server = TypesenseServer.shared();
    private final TypesenseAdmin admin = server.admin();

    private TypesenseSink sink(List<String> collections) throws Exception {
        ApiKeys keys = new ApiKeys(Sinks.config(List.of(server.uri()), server.apiKey(), Duration.ofSeconds(20)));
        String key = keys.create(ApiKeys.service("look", true, collections, List.of()))
                .value()
                .reveal();
        return Sinks.quick(server.uri(), key);
    }

    /** A test that is run a second time finds what it made at the first. */
    private void forget(List<String> names) {
        for (String name : names) {
            admin.status("DELETE", "/aliases/" + name.replace(" ", "%20"));
            admin.status("DELETE", "/collections/" + name.replace(" ", "%20"));
        }
    }

    @Test
    void collections_areSeenOneByOne_andInOneListing() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            names.add("look " + i);
        }
        forget(names);
        try (TypesenseSink sink = sink(names)) {
            for (String name : names) {
                sink.create(name, Sinks.FIELDS, false);
            }
            sink.upsert("look 3", Sinks.documents(5));
            Map<String, Seen> all = sink.look(names);
            assertThat(all).containsOnlyKeys(names);
            Seen third = Objects.requireNonNull(all.get("look 3"));
            assertThat(third.documents()).isEqualTo(5);
            List<String> few = List.of("look 3", "look 4");
            assertThat(sink.look(few))
                    .isEqualTo(Map.of("look 3", third, "look 4", Objects.requireNonNull(all.get("look 4"))));
            assertThat(sink.prove("look 3")).hasValueSatisfying(there -> {
                assertThat(there.documents()).isEqualTo(5);
                assertThat(there.createdAt()).isEqualTo(all.get("look 3").createdAt());
            });
            admin.delete("/collections/look%204");
            assertThat(sink.look(few)).containsOnlyKeys("look 3");
            assertThat(sink.look(names)).hasSize(11).doesNotContainKey("look 4");
            assertThat(sink.prove("look 4")).isEmpty();
            admin.put("/aliases/look%204", "{\"collection_name\": \"look 5\"}");
            assertThat(sink.look(few)).as("an alias took its place").containsOnlyKeys("look 3");
            assertThat(sink.prove("look 4")).isEmpty();
            assertThat(sink.resolve("look 4")).hasValue("look 5");
        }
    }

    @Test
    void alias_isResolved_whetherTheKeyCoversItsNameOrNot() throws Exception {
        forget(List.of("look_a", "look_b", "look_alias"));
        try (TypesenseSink narrow = sink(List.of("look_a", "look_b"));
                TypesenseSink wide = sink(List.of("look_a", "look_b", "look_alias"))) {
            narrow.create("look_a", Sinks.FIELDS, false);
            narrow.create("look_b", Sinks.FIELDS, false);
            List<Document> one = Sinks.documents(1);
            narrow.upsert("look_a", one);
            assertThat(wide.resolve("look_alias")).isEmpty();
            for (String target : List.of("look_a", "look_b")) {
                admin.put("/aliases/look_alias", "{\"collection_name\": \"" + target + "\"}");
                assertThat(narrow.resolve("look_alias")).hasValue(target);
                assertThat(wide.resolve("look_alias")).hasValue(target);
            }
            admin.put("/aliases/look_alias", "{\"collection_name\": \"look_nowhere\"}");
            assertThat(narrow.resolve("look_alias")).hasValue("look_nowhere");
            assertThat(wide.resolve("look_alias")).hasValue("look_nowhere");
            admin.delete("/aliases/look_alias");
            assertThat(narrow.resolve("look_alias")).isEmpty();
            wide.create("look_alias", Sinks.FIELDS, false);
            assertThat(wide.resolve("look_alias")).hasValue("look_alias");
        }
    }
}
