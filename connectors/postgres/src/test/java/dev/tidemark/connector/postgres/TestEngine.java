package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A real engine over a connector; it resumes from the stored offset, or from a position that is fixed first. Each resume offset is stored as soon as it is given, as if everything before it were
 * durable; after {@code takeUntil} has been met nothing is taken or stored any more, as after a crash.
 */
final class TestEngine implements AutoCloseable {

    final List<ChangeEvent> events = new CopyOnWriteArrayList<>();
    volatile @Nullable Throwable failure;
    volatile boolean completed;
    private volatile boolean crashed;
    private final DebeziumEngine<?> engine;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Predicate<TestEngine> takeUntil;

    /** What is committed after this returns is streamed. */
    TestEngine(Connector connector) {
        this(connector, engine -> false);
    }

    TestEngine(Connector connector, Predicate<TestEngine> takeUntil) {
        this.takeUntil = takeUntil;
        Properties properties = new Properties();
        properties.putAll(connector.engineProperties(Map.of()));
        MapOffsets.ifAbsent(properties.getProperty("name"), connector::fixPosition);
        properties.setProperty("offset.storage", MapOffsets.class.getName());
        properties.setProperty("heartbeat.interval.ms", "200");
        properties.setProperty("offset.flush.interval.ms", "0");
        ChangeDecoder decoder = connector.decoder();
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using(OffsetCommitPolicy.always())
                .using((success, message, error) -> {
                    failure = error;
                    completed = true;
                })
                .notifying(
                        (List<RecordChangeEvent<SourceRecord>> batch,
                                RecordCommitter<RecordChangeEvent<SourceRecord>> committer) ->
                                take(decoder, batch, committer))
                .build();
        thread.execute(engine);
    }

    private void take(
            ChangeDecoder decoder,
            List<RecordChangeEvent<SourceRecord>> batch,
            RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        for (RecordChangeEvent<SourceRecord> record : batch) {
            if (crashed) {
                return;
            }
            int before = events.size();
            decoder.decode(record.record(), events::add);
            Map<String, ?> resume = null;
            for (ChangeEvent event : events.subList(before, events.size())) {
                resume = event.resumeOffset() == null ? resume : event.resumeOffset();
            }
            if (resume != null) {
                DebeziumEngine.Offsets offsets = committer.buildOffsets();
                resume.forEach(offsets::set);
                committer.markProcessed(record, offsets);
            }
            crashed = takeUntil.test(this);
        }
        committer.markBatchFinished();
    }

    boolean crashed() {
        return crashed;
    }

    List<Change> changes() {
        return events.stream()
                .map(ChangeEvent::change)
                .filter(change -> !(change instanceof Change.Heartbeat))
                .toList();
    }

    List<Change.Upsert> upserts() {
        return changes().stream()
                .filter(Change.Upsert.class::isInstance)
                .map(Change.Upsert.class::cast)
                .toList();
    }

    /** Waits until it streams: heartbeats show it. */
    void awaitStreaming() {
        await().atMost(Duration.ofSeconds(60)).until(() -> completed || !events.isEmpty());
        assertThat(failure).isNull();
        assertThat(completed).isFalse();
    }

    @Override
    public void close() {
        try {
            engine.close();
        } catch (IOException | IllegalStateException e) {
            // It had ended by itself.
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new AssertionError("the engine does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
