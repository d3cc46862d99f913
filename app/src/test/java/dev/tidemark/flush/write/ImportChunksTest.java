package dev.tidemark.flush.write;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.collection.Target;
import dev.tidemark.flush.Items;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImportChunksTest {

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final Target target = Items.target("items");

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void send_mapsTheNextSliceMeanwhile() throws Exception {
        CountDownLatch mapped = new CountDownLatch(1);
        ImportChunks slices = new ImportChunks(
                target,
                pending("a", "b", "c"),
                true,
                new ImportChunks.Cut(
                        2,
                        task -> threads.execute(() -> {
                            task.run();
                            mapped.countDown();
                        })));
        List<String> sent = new ArrayList<>();
        for (MappedDocuments each = slices.next(); each != null; each = slices.next()) {
            boolean last = !sent.isEmpty();
            sent.add(slices.send(each, documents -> {
                assertThat(last || mapped.await(60, TimeUnit.SECONDS)).isTrue();
                return ids(documents);
            }));
        }
        assertThat(sent).containsExactly("[a, b]", "[c]");
    }

    /** Who tries again maps again, with the same mapper: it must not be in use any more. */
    @Test
    void send_ofARequestThatFails_endsOnlyWhenNothingIsBeingMapped() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicBoolean mapped = new AtomicBoolean();
        ImportChunks slices = new ImportChunks(
                target,
                pending("a", "b"),
                true,
                new ImportChunks.Cut(
                        1,
                        task -> threads.execute(() -> {
                            awaitQuietly(failed);
                            mapped.set(true);
                            task.run();
                        })));
        MappedDocuments first = requireNonNull(slices.next());
        assertThatThrownBy(() -> slices.send(first, documents -> {
                    failed.countDown();
                    throw new SinkException(SinkException.Kind.RETRYABLE, "timeout", "no answer", "", null);
                }))
                .hasMessage("no answer");
        assertThat(mapped).isTrue();
    }

    @Test
    void next_leavesOutDeletesAndTheOtherKindOfWrite() throws Exception {
        Map<String, Batch.Write> pending = pending("a");
        pending.put("gone", Batch.Write.delete(Items.delete(2, "gone"), 0));
        pending.put("part", new Batch.Write(Items.insert(3, "part", 1L), Items.row("part", 1L), 1, 0));
        ImportChunks slices = new ImportChunks(target, pending, true, new ImportChunks.Cut(10, threads));
        assertThat(ids(requireNonNull(slices.next()).documents())).isEqualTo("[a]");
        assertThat(slices.next()).isNull();
    }

    private static Map<String, Batch.Write> pending(String... ids) {
        Map<String, Batch.Write> pending = new LinkedHashMap<>();
        for (String id : ids) {
            pending.put(id, Batch.Write.full(Items.insert(1, id, 1L), Items.row(id, 1L), 0));
        }
        return pending;
    }

    private static String ids(List<Document> documents) {
        return documents.stream().map(Document::id).toList().toString();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
