package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.CollectionIdentity;
import dev.tidemark.identity.CollectionWatch;
import dev.tidemark.load.Load;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.CollectionLooks;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Seen;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.TalliedSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interleavings of writes, checks and others' changes that a real server cannot be made to show. */
class CollectionWatchTest {

    private final Server server = new Server();
    private final FakeSink fake = new FakeSink();
    private final TalliedSink sink = new TalliedSink(fake);
    private final Health health = new Health();
    private final Path state;
    private CollectionIdentities identities;
    private CollectionWatch watch;

    CollectionWatchTest(@TempDir Path state) throws IOException {
        this.state = state;
        this.identities = CollectionIdentities.open(state);
        this.watch = watch();
    }

    /** Shows the fake's collections as a server would: with a time of creation, and only a part of them while it loads. */
    private final class Server implements CollectionLooks {
        private long createdAt = 1;
        private long shown = Long.MAX_VALUE;
        private boolean missing;
        private final Map<String, String> aliases = new TreeMap<>();

        private Seen seen() {
            return new Seen(createdAt, fake.documents(Goods.COLLECTION).size());
        }

        @Override
        public Map<String, Seen> look(Collection<String> names) {
            Seen now = seen();
            return missing
                    ? Map.of()
                    : Map.of(Goods.COLLECTION, new Seen(now.createdAt(), Math.min(shown, now.documents())));
        }

        @Override
        public Optional<CollectionInfo> prove(String collection) {
            shown = Long.MAX_VALUE;
            return missing ? Optional.empty() : Optional.of(info(seen()));
        }

        @Override
        public Optional<String> resolve(String name) {
            return Optional.ofNullable(aliases.get(name));
        }
    }

    private static CollectionInfo info(Seen seen) {
        CollectionInfo goods = Goods.target().collectionInfo();
        return new CollectionInfo(
                goods.name(),
                goods.fields(),
                goods.nested(),
                goods.defaultSortingField(),
                seen.documents(),
                seen.createdAt());
    }

    private CollectionWatch watch() {
        return new CollectionWatch(
                new Targets(List.of(Goods.target()), List.of()), server, sink.tally(), identities, health, null);
    }

    @BeforeEach
    void fill() throws Exception {
        identities.begin(
                Map.of(Goods.COLLECTION, new CollectionIdentity(List.of(1L), 0)), Map.of(), Set.of(Goods.COLLECTION));
        sink.upsert(Goods.COLLECTION, documents(0, 1_000));
        check();
    }

    private static List<Document> documents(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Document("" + i, ("{\"id\":\"" + i + "\"}").getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private void recreate() {
        server.createdAt = Math.max(server.createdAt, System.currentTimeMillis() / 1000) + 1;
        fake.documents(Goods.COLLECTION).clear();
    }

    private boolean isWell() {
        return health.of(Health.Part.COLLECTION).isEmpty();
    }

    private void check() throws InterruptedException {
        watch.check();
    }

    private static Load load(TableId table) {
        return Load.request(table, Instant.EPOCH, Load.Cause.REQUESTED, true);
    }

    @Test
    void createdAgain_isLatched_evenIfItIsFullByTheNextCheck() throws Exception {
        recreate();
        sink.upsert(Goods.COLLECTION, documents(2_000, 3_000));
        check();
        assertThat(isWell()).isFalse();
        sink.upsert(Goods.COLLECTION, documents(0, 1_000));
        check();
        assertThat(isWell()).as("numbers that caught up prove nothing").isFalse();
        identities = CollectionIdentities.open(state);
        watch = watch();
        check();
        assertThat(isWell()).as("after a crash").isFalse();
    }

    @Test
    void loadingServer_isNoContradiction() throws Exception {
        server.shown = 3;
        check();
        server.createdAt = 77; // it has replayed its log
        server.shown = 0;
        check();
        check();
        assertThat(isWell()).isTrue();
        server.createdAt = 1; // another node
        check();
        assertThat(isWell()).isTrue();
        fake.documents(Goods.COLLECTION).clear();
        check();
        assertThat(isWell()).isFalse();
    }

    @Test
    void deleteWithoutAnAnswer_thatIsAppliedLate_isOurs() throws Exception {
        fake.fail(Goods.COLLECTION, FakeSink.retryable());
        assertThatThrownBy(() -> sink.delete(Goods.COLLECTION, ids(0, 1_000))).isInstanceOf(SinkException.class);
        check();
        fake.documents(Goods.COLLECTION).clear(); // the server gets to it now
        check();
        assertThat(isWell()).isTrue();
        sink.delete(Goods.COLLECTION, ids(0, 1_000));
        check();
        check();
        sink.upsert(Goods.COLLECTION, documents(0, 3));
        check();
        fake.documents(Goods.COLLECTION).clear();
        check();
        assertThat(isWell()).isFalse();
    }

    @Test
    void tableThatBeganBeforeTheLastContradiction_endsNothing() throws Exception {
        recreate();
        watch.begun(Goods.TABLE);
        assertThat(isWell()).as("a reload checks before it reads").isFalse();
        sink.upsert(Goods.COLLECTION, documents(0, 1_000));
        check();
        recreate();
        check();
        sink.upsert(Goods.COLLECTION, documents(500, 1_000));
        watch.done(load(Goods.TABLE));
        assertThat(isWell()).isFalse();
        watch.begun(Goods.TABLE);
        sink.upsert(Goods.COLLECTION, documents(0, 1_000));
        watch.done(load(Goods.TABLE));
        check();
        assertThat(isWell()).isTrue();
        assertThat(CollectionIdentities.open(state).doubts()).isEmpty();
    }

    @Test
    void dropped_isNotReady_andCreatedLaterIsLatched() throws Exception {
        server.missing = true;
        server.aliases.put(Goods.COLLECTION, "goods_2");
        check();
        assertThat(health.of(Health.Part.COLLECTION))
                .hasValueSatisfying(condition ->
                        assertThat(condition.message()).contains("was deleted", "is an alias of goods_2 now"));
        server.missing = false;
        check();
        assertThat(isWell()).as("its server was loading").isTrue();
        server.missing = true;
        check();
        server.missing = false;
        recreate();
        check();
        assertThat(identities.doubts()).hasSize(1);
    }

    /** The doubt is recorded before the identity: what cannot be recorded is found again. */
    @Test
    void createdAgain_withItsFields_isADoubtOfItsTables_andStaysReady() throws Exception {
        List<String> raised = new ArrayList<>();
        boolean[] full = {true};
        CollectionWatch automatic = new CollectionWatch(
                new Targets(List.of(Goods.target()), List.of()),
                server,
                sink.tally(),
                identities,
                health,
                (table, reason, evidence) -> {
                    if (full[0]) {
                        throw new IOException("no space left");
                    }
                    raised.add(table + " " + reason + " " + evidence);
                });
        automatic.check();
        recreate();
        automatic.check();
        assertThat(identities.doubts()).isEmpty();
        full[0] = false;
        automatic.check();
        assertThat(raised)
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .startsWith(Goods.TABLE + " COLLECTION ")
                        .contains("was deleted and created again"));
        assertThat(isWell()).isTrue();
        assertThat(identities.doubts()).hasSize(1);
        automatic.begun(Goods.TABLE);
        automatic.done(load(Goods.TABLE));
        assertThat(identities.doubts()).isEmpty();
    }

    @Test
    void otherFields_needARestart() throws Exception {
        CollectionWatch others = new CollectionWatch(
                new Targets(List.of(Items.target(Goods.COLLECTION)), List.of()),
                server,
                sink.tally(),
                identities,
                health,
                null);
        others.check();
        recreate();
        others.begun(Items.TABLE);
        assertThat(health.of(Health.Part.COLLECTION))
                .hasValueSatisfying(condition ->
                        assertThat(condition.hint()).contains("restart").doesNotContain("snapshot"));
        others.done(load(Items.TABLE));
        assertThat(isWell()).isFalse();
    }

    @Test
    void randomWritesOfOurs_withFailures_neverContradict() throws Exception {
        long seed = System.nanoTime();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(new Random(seed), over));
        for (int i = 0; i < 3_000; i++) {
            check();
            assertThat(isWell()).as("seed " + seed).isTrue();
        }
        over.set(true);
        writer.get();
        fake.halfway = () -> {};
        sink.upsert(Goods.COLLECTION, documents(0, 1_000));
        check();
        assertThat(isWell()).isTrue();
        recreate();
        check();
        assertThat(identities.doubts()).hasSize(1);
    }

    private void write(Random random, AtomicBoolean over) {
        try {
            while (!over.get()) {
                int from = random.nextInt(1_000);
                int to = from + random.nextInt(1_000);
                fake.halfway = () -> {
                    if (random.nextInt(5_000) == 0) {
                        throw FakeSink.retryable();
                    }
                };
                try {
                    switch (random.nextInt(6)) {
                        case 0 -> sink.delete(Goods.COLLECTION, ids(from, to));
                        case 1 ->
                            sink.delete(
                                    Goods.COLLECTION,
                                    new ArrayList<>(
                                            fake.documents(Goods.COLLECTION).keySet()));
                        case 2 -> sink.truncate(Goods.COLLECTION);
                        default -> sink.upsert(Goods.COLLECTION, documents(from, to));
                    }
                } catch (SinkException e) {
                    // what half of it did is seen by the next check
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
