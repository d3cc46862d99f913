package dev.tidemark.verify.hash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.Sinks;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a real server exports has the content of what was sent to it. */
class ContentIT {

    private static final int DOCUMENTS = 10_000;
    private static final int PAGE = 1_000;

    @Test
    void documentsOfAllTypes_haveOneContent_sentAndExported() throws Exception {
        TypesenseServer server = TypesenseServer.shared();
        String collection = "c" + UUID.randomUUID().toString().replace("-", "");
        List<SinkField> declared = RandomDocument.fields();
        List<String> names =
                new ArrayList<>(declared.stream().map(SinkField::name).toList());
        names.add("unindexed");
        Fields fields = new Fields(names);
        RandomDocument random = new RandomDocument(new Random(1955));
        Map<String, Document> sent = new HashMap<>();
        List<String> rejected = new ArrayList<>();
        try (TypesenseSink sink = Sinks.quick(server.uri(), server.apiKey())) {
            sink.create(collection, declared, true);
            for (int from = 0; from < DOCUMENTS; from += PAGE) {
                List<Document> page = new ArrayList<>();
                for (int i = from; i < from + PAGE; i++) {
                    page.add(random.next("d" + i));
                }
                List<Rejection> rejections = sink.upsert(collection, page);
                page.forEach(document -> sent.put(document.id(), document));
                rejections.forEach(each -> {
                    sent.remove(page.get(each.index()).id());
                    rejected.add(each.error());
                });
            }
            assertThat(rejected).isEmpty();
            List<String> differing = new ArrayList<>();
            int[] seen = {0};
            sink.exportDocuments(collection, document -> {
                Document of = Objects.requireNonNull(sent.get(document.id()));
                Content one = Content.of(of.json(), fields);
                Content other = Content.of(document.content(), fields);
                seen[0]++;
                for (String name : fields.differing(one, other)) {
                    differing.add(name + ": " + new String(of.json(), java.nio.charset.StandardCharsets.UTF_8) + " -> "
                            + document.content().get(name));
                }
                assertThat(one.hash() == other.hash())
                        .isEqualTo(fields.differing(one, other).isEmpty());
            });
            assertThat(seen[0]).isEqualTo(sent.size());
            assertThat(differing).as("%d differ", differing.size()).isEmpty();
            Map<String, Long> byId = new HashMap<>();
            List<String> some = List.of("d0", "d1", "d9999", "none");
            sink.documents(
                    collection,
                    some,
                    document -> byId.put(
                            document.id(),
                            Content.of(document.content(), fields).hash()));
            assertThat(byId).hasSize(3);
            byId.forEach((id, hash) -> assertThat(hash)
                    .isEqualTo(Content.of(Objects.requireNonNull(sent.get(id)).json(), fields)
                            .hash()));
        }
    }
}
