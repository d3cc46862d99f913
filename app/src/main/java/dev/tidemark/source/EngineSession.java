package dev.tidemark.source;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Connector.LogConnection;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.queue.ChangeQueue;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Debezium engine from its start to its end; an engine is single-use, so a restart creates a new session.
 *
 * <p>The engine's polling thread hands records in and waits while the queue is full; the flush thread commits.
 * Upholds invariants 1 and 6.
 */
final class EngineSession {

    private static final Logger LOG = LoggerFactory.getLogger(EngineSession.class);

    private static final long LOOK_MILLIS = 100;
    /** Max time that an engine may be without its connection before it is ended: one that had it, and one that never had. */
    private static final long LOST_MILLIS = 1_000;

    private static final long CONNECT_MILLIS = 8_000;

    private final ChangeQueue queue;
    private final ChangeDecoder decoder;
    private final EngineOffsetStore.Binding binding;
    private final Recovery.Run run;
    private final Runnable beforeFirst;
    private final Supplier<LogConnection> log;
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final CountDownLatch polling = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile DebeziumEngine.@Nullable RecordCommitter<RecordChangeEvent<SourceRecord>> committer;
    private volatile @Nullable RecordChangeEvent<SourceRecord> template;
    private volatile @Nullable Throwable failure;
    private volatile boolean stopping;
    private volatile long lastHeardMillis;

    /**
     * Builds an engine; nothing runs yet.
     *
     * @param builder of the engine, see {@link #builder}
     * @param properties the engine's, complete
     * @param run is informed of what proves that the source is connected
     * @param beforeFirst called before its first records are taken; what it throws ends the engine
     * @param log how the engine stands with the database's log; without a connection it is ended
     */
    EngineSession(
            DebeziumEngine.Builder<RecordChangeEvent<SourceRecord>> builder,
            Map<String, String> properties,
            ChangeDecoder decoder,
            ChangeQueue queue,
            EngineOffsetStore.Binding binding,
            Recovery.Run run,
            Runnable beforeFirst,
            Supplier<LogConnection> log) {
        this.queue = queue;
        this.decoder = decoder;
        this.binding = binding;
        this.run = run;
        this.beforeFirst = beforeFirst;
        this.log = log;
        Properties given = new Properties();
        given.putAll(properties);
        // The order matters: "notifying" reads the properties.
        this.engine = builder.using(given)
                .using(OffsetCommitPolicy.always())
                .using(new DebeziumEngine.ConnectorCallback() {
                    @Override
                    public void pollingStarted() {
                        polling.countDown();
                        run.polling();
                    }
                })
                .using((success, message, error) -> {
                    if (!success && failure == null) {
                        failure = error == null ? new IOException(message) : error;
                    }
                })
                .notifying(this::handleBatch)
                .build();
    }

    /** Creates a builder of a Debezium engine. */
    static DebeziumEngine.Builder<RecordChangeEvent<SourceRecord>> builder() {
        return DebeziumEngine.create(ChangeEventFormat.of(Connect.class));
    }

    /** Runs the engine on this thread until it ends; returns why, or null if it was stopped. */
    @Nullable
    Throwable run() {
        startOn("-watch", this::watch);
        try {
            engine.run();
        } finally {
            polling.countDown();
            ended.countDown();
        }
        return stopping ? null : failure == null ? new IOException("the engine ended silently") : failure;
    }

    /** Ends the engine for that reason, on a thread of its own. */
    void end(Throwable why) {
        if (failure == null) {
            failure = why;
        }
        startOn("-end", this::closeEngine);
    }

    /** Ends the session before its engine runs. */
    @Nullable
    Throwable abandon() {
        polling.countDown();
        ended.countDown();
        return null;
    }

    private void handleBatch(
            List<RecordChangeEvent<SourceRecord>> records,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> batchCommitter)
            throws InterruptedException {
        if (committer == null) {
            beforeFirst.run();
        }
        committer = batchCommitter;
        template = records.get(0);
        lastHeardMillis = System.currentTimeMillis();
        List<ChangeEvent> events = new ArrayList<>(records.size());
        for (RecordChangeEvent<SourceRecord> record : records) {
            decoder.decode(record.record(), events::add);
        }
        queue.put(events); // Invariant 3: a full queue holds the engine here.
        delivered(events);
    }

    private void delivered(List<ChangeEvent> events) {
        if (!events.isEmpty()) {
            long last = events.stream().mapToLong(ChangeEvent::position).max().getAsLong();
            run.delivered(last);
        }
    }

    long lastHeardMillis() {
        return lastHeardMillis;
    }

    /** Returns whether the engine has ended, on its own or stopped. */
    boolean isOver() {
        return ended.getCount() == 0;
    }

    /**
     * Stores an offset through the engine, which also reports it to the database. Flush thread only.
     *
     * @return false if the engine is over: a dead engine's committer is never used
     */
    boolean commit(Map<String, ?> offset) throws IOException, InterruptedException {
        DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> with = committer;
        RecordChangeEvent<SourceRecord> record = template;
        if (isOver() || stopping || with == null || record == null) {
            return false;
        }
        binding.reset();
        DebeziumEngine.Offsets offsets = with.buildOffsets();
        offset.forEach(offsets::set);
        with.markProcessed(record, offsets);
        with.markBatchFinished();
        binding.check();
        return true;
    }

    /** Stops the engine and waits until it is over, at most as long as given; from any thread but the engine's own. */
    void stop(long timeout, TimeUnit unit) throws InterruptedException {
        stopping = true;
        // The engine's own close waits for the database, for as long as it takes: on a thread of its own it cannot hold
        // up the stop of the process.
        startOn("-close", this::closeEngine);
        if (!ended.await(timeout, unit)) {
            LOG.warn("the engine did not stop within {} {}: it ends with the process", timeout, unit);
        }
    }

    private static void startOn(String suffix, Runnable task) {
        Thread thread = new Thread(task, Thread.currentThread().getName() + suffix);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends an engine that has lost its connection and does not report that. */
    private void watch() {
        boolean connectedOnce = false;
        long since = 0;
        try {
            while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                LogConnection now = log.get();
                connectedOnce |= now == LogConnection.READING;
                since = now == LogConnection.NONE ? since + LOOK_MILLIS : 0;
                if (now == LogConnection.READING) {
                    run.streaming();
                }
                if (since >= (connectedOnce ? LOST_MILLIS : CONNECT_MILLIS)) {
                    if (failure == null) {
                        failure = new IOException("the server has ended the connection");
                    }
                    closeEngine();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeEngine() {
        try {
            polling.await();
            if (!isOver()) {
                engine.close();
            }
        } catch (IOException | IllegalStateException | InterruptedException e) {
            LOG.debug("the engine was ending already: {}", e.getMessage());
        }
    }
}
