package dev.tidemark.connector.postgres;

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
 * A real engine over a connector. Each resume offset is stored as soon as it is given, as if everything before it were
 * durable; after {@code takeUntil} has been met nothing is taken or stored any more, as after a crash.
 */
public final class TestEngine implements AutoCloseable {

    final List<ChangeEvent> events = new CopyOnWriteArrayList<>();
    public volatile @Nullable Throwable failure;
    public volatile boolean completed;
    private volatile boolean crashed;
    private final DebeziumEngine<?> engine;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Predicate<TestEngine> takeUntil;

    public TestEngine(Connector connector, boolean snapshotExpected) {
        this(connector, snapshotExpected, engine -> false);
    }

    public TestEngine(Connector connector, boolean snapshotExpected, Predicate<TestEngine> takeUntil) {
        this(connector, snapshotExpected, takeUntil, () -> {});
    }

    /** @param beforeStart run when everything was asked of the connector, and the engine has not begun */
    public TestEngine(
            Connector connector, boolean snapshotExpected, Predicate<TestEngine> takeUntil, Runnable beforeStart) {
        this.takeUntil = takeUntil;
        Properties properties = new Properties();
        properties.putAll(connector.engineProperties(null));
        properties.setProperty("offset.storage", MapOffsets.class.getName());
        properties.setProperty("heartbeat.interval.ms", "200");
        properties.setProperty("offset.flush.interval.ms", "0");
        ChangeDecoder decoder = connector.decoder(snapshotExpected);
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
        beforeStart.run();
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

    public List<Change> changes() {
        return events.stream()
                .map(ChangeEvent::change)
                .filter(change -> !(change instanceof Change.Heartbeat))
                .toList();
    }

    public List<Change.Upsert> upserts() {
        return changes().stream()
                .filter(Change.Upsert.class::isInstance)
                .map(Change.Upsert.class::cast)
                .toList();
    }

    public boolean snapshotCompleted() {
        return changes().stream().anyMatch(Change.SnapshotCompleted.class::isInstance);
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
