package dev.tidemark.source;

import dev.tidemark.config.Config;
import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.health.Health;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.logging.EngineLog;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.resync.Doubt;
import dev.tidemark.resync.Resync;
import dev.tidemark.resync.Turn;
import dev.tidemark.state.OffsetCommitter;
import dev.tidemark.state.OffsetFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an engine running. After each failure it restarts in the same way: the engine has ended, the flush becomes idle, the
 * queue is cleared, and a new engine starts from the stored offset. Debezium's own retries are off.
 *
 * <p>Before each engine the preflight runs again: an engine would silently create a slot that was dropped, and continue to
 * stream with a gap.
 */
public final class DebeziumSource implements OffsetCommitter {

    private static final Logger log = LoggerFactory.getLogger(DebeziumSource.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** Pause before the next check if an operator has to act first: more frequent checks do not help. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final String POLL = "poll.interval.ms";
    private static final Duration SHORTEST_POLL = Duration.ofMillis(20);
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);

    /** Actions of the pipeline around the start and the end of engines. */
    public interface Listener {

        /**
         * Called before another position is fixed than the one that is stored, if any: records that all tables are to be loaded, and
         * lets none be read until an engine starts.
         */
        void repositioning() throws IOException;

        /**
         * Called before another position is stored, with {@code snapshot: never}: discards the progress of loads, and lets none be
         * read until an engine starts.
         */
        void repositioningWithoutLoad() throws IOException;

        /** Called when an engine is about to start: its position is stored. */
        void starting();

        /** Discards everything that records how far the old history was read; called when an operator approved another one. */
        void approved() throws IOException;

        /** Records that the documents of a captured table are wrong: only a load of all tables at the next start fixes that. */
        void missed() throws IOException;

        /** Requests another pipeline of the same configuration, because the tables are not what this one was formed from. */
        void outdated();

        /** Ends the pipeline, because no engine will be started any more after an unexpected failure. */
        void failed(Throwable why);

        /** Waits until the flush is idle and clears the queue; called when an engine has ended. */
        void awaitIdle() throws InterruptedException;
    }

    private final Config config;
    private final Connector connector;
    private final ChangeQueue queue;
    private final OffsetFile offsets;
    private final Health health;
    private final PipelineMetrics metrics;
    private final Listener listener;
    private final SourceHistory history;
    private final Resync resync;
    private final Engines engines;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread supervisor;

    private volatile @Nullable EngineSession session;
    private final Recovery recovery;
    private volatile long lastHeardMillis = System.currentTimeMillis();
    private boolean startedBefore;
    /** What only another start ends, once detected; reported until the process ends. */
    private @Nullable Check gap;

    /** Wires a source; {@link #start} starts it. */
    public DebeziumSource(
            Config config,
            Connector connector,
            ChangeQueue queue,
            OffsetFile offsets,
            Health health,
            PipelineMetrics metrics,
            Listener listener,
            SourceHistory history,
            Resync resync,
            Engines engines) {
        this.engines = engines;
        this.resync = resync;
        this.config = config;
        this.connector = connector;
        this.queue = queue;
        this.offsets = offsets;
        this.health = health;
        this.metrics = metrics;
        this.listener = listener;
        this.history = history;
        EngineLog.listen();
        this.recovery = new Recovery(System::nanoTime, Clock.systemUTC(), () -> health.markHealthy(Health.Part.SOURCE));
        this.supervisor = new Thread(this::supervise, config.name() + "-source");
        this.supervisor.setDaemon(true);
    }

    public void start() {
        supervisor.start();
    }

    /** Ends the engine that runs, if any, for a reason that was found from outside; it is supervised like any other end. */
    public void end(SourceException why) {
        EngineSession current = session;
        if (current != null) {
            current.end(why);
        }
    }

    /** Returns whether changes are delivered, or would be: see {@link Recovery}. */
    public boolean isConnected() {
        return recovery.isConnected();
    }

    /** Returns when a record last came, milliseconds since 1970; while disconnected the lag grows from there. */
    public long lastHeardMillis() {
        EngineSession current = session;
        return current == null ? lastHeardMillis : Math.max(lastHeardMillis, current.lastHeardMillis());
    }

    private void supervise() {
        Duration wait = FIRST_WAIT;
        try (EngineOffsetStore.Binding binding = EngineOffsetStore.bind(config.name(), offsets)) {
            while (closed.getCount() > 0) {
                long began = System.nanoTime();
                SourceException ended = runEngine(binding);
                SourceException why = ended == null ? null : recorded(ended);
                if (Thread.interrupted()) {
                    // No other thread interrupts this one: the interrupt is left over from the engine's end, and must
                    // not
                    // end the supervision.
                    log.debug("the engine left an interrupt behind");
                }
                lastHeardMillis = lastHeardMillis();
                if (why == null || closed.getCount() == 0) {
                    recovery.ended();
                    return;
                }
                // An engine that ran for a while is restarted quickly.
                boolean lost = why.loss() != null;
                wait = lost || System.nanoTime() - began > TimeUnit.SECONDS.toNanos(60) ? FIRST_WAIT : wait;
                Duration pause = why.isRetryable() || lost ? wait : PAUSE;
                report(why, pause);
                listener.awaitIdle(); // from here on the flush cannot store an old offset
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
            }
        } catch (InterruptedException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /**
     * Records a loss of changes, which is followed by a resync.
     *
     * @return the failure to report
     */
    private SourceException recorded(SourceException why) {
        Loss loss = why.loss();
        if (loss == null) {
            return why;
        }
        if (!resync.isAutomatic(loss)) {
            return SourceException.fatal(String.valueOf(why.getMessage()), why.hint(), why.getCause());
        }
        try {
            if (session != null) {
                history.verify(); // another server may be behind the name: it lacks what it never had
            }
            resync.found(loss, String.valueOf(why.getMessage()));
            return why;
        } catch (SourceException other) {
            return other;
        } catch (IOException e) {
            return notStored(e);
        }
    }

    private SourceException notStored(IOException e) {
        return SourceException.retryable(
                "the state directory cannot be written: " + e.getMessage(),
                "fix the state directory " + config.state(),
                e);
    }

    /** Reports the failure, which stops the pipeline. Invariant 6: a source that has stopped for good is not just silent. */
    private void failed(Throwable why) {
        recovery.ended();
        if (closed.getCount() > 0) {
            log.error("the supervision of the source failed in an unforeseen way", why);
            listener.failed(why);
        }
    }

    /** Runs one engine to its end; returns why it ended, or null if it was stopped. */
    private @Nullable SourceException runEngine(EngineOffsetStore.Binding binding) {
        try {
            if (startedBefore) {
                history.carryOut(listener::approved);
                history.verify();
                recheck();
                if (resync.needsStart()) {
                    listener.outdated();
                    return null;
                }
            }
            awaitTurn();
            prepare();
            if (startedBefore) {
                metrics.sourceRestarted();
            }
            startedBefore = true;
            EngineLog.take(config.name()); // of an earlier engine
            Map<String, Object> resumed = offsets.offset().orElseThrow();
            Recovery.Run run = recovery.start(recovery.isFailing() ? logEnd() : Long.MAX_VALUE);
            listener.starting();
            EngineSession next = new EngineSession(
                    engines.get(),
                    properties(binding, resumed),
                    noting(connector.decoder()),
                    queue,
                    binding,
                    run,
                    () -> failIfLost(resumed),
                    connector::logConnection);
            session = next;
            // Either this sees that the source was closed, or the thread that closes it sees the new session.
            Throwable failure = closed.getCount() == 0 ? next.abandon() : next.run();
            return failure == null ? null : explain(failure);
        } catch (SourceException e) {
            return e;
        } catch (InterruptedException e) {
            if (closed.getCount() == 0) {
                return null;
            }
            return SourceException.retryable("the start of an engine was interrupted", "");
        } catch (IOException e) {
            return SourceException.retryable(
                    "the stored offsets cannot be read or cleared: " + e.getMessage(),
                    "fix the state directory " + config.state(),
                    e);
        } catch (RuntimeException e) {
            return explain(e);
        }
    }

    /** Returns the end of the log, which is after everything that failed; {@link Long#MAX_VALUE} if it is not known. */
    private long logEnd() {
        try (RowReader reader = connector.rowReader()) {
            return reader.logEnd();
        } catch (SourceException e) {
            log.debug("where the log ends is not known: {}", e.getMessage());
            return Long.MAX_VALUE;
        }
    }

    private ChangeDecoder noting(ChangeDecoder decoder) {
        return (record, out) -> decoder.decode(record, event -> {
            history.handedOver(event);
            out.accept(event);
        });
    }

    /**
     * Fails if changes after the resumed offset are lost. A slot that was dropped after the {@link #recheck} was re-created by
     * the engine: no change from the new slot may be accepted, or its offsets would hide the gap.
     */
    private void failIfLost(Map<String, Object> resumed) {
        try {
            history.verify(); // the server may have been exchanged after the engine's start was prepared
        } catch (IOException e) {
            throw SourceException.retryable(
                    "the database's history cannot be recorded: " + e.getMessage(),
                    "Correct the state directory " + config.state() + ".",
                    e);
        }
        Check lost = connector.verifyRetained(resumed).orElse(null);
        if (lost != null) {
            throw SourceException.of(lost);
        }
    }

    private SourceException explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SourceException known) {
                return known;
            }
            if (cause instanceof OutOfMemoryError full) {
                throw full; // another engine would do the same: the pipeline ends
            }
        }
        return connector.explain(failure);
    }

    private void recheck() throws IOException {
        boolean due = resync.isDue();
        if (gap == null && !due && offsets.offset().isPresent()) {
            Check found = connector.detectGap().orElse(null);
            if (found != null && resync.found(found.loss(), found.message())) {
                due = true;
            } else {
                gap = found;
            }
        }
        if (gap != null) {
            // A new engine would add the tables again, and their changes in the meantime would stay unknown. It stays a
            // gap even if an operator has added them again: only the load of the next start closes it.
            listener.missed();
            throw SourceException.fatal(gap.message(), gap.hint());
        }
        Check lost = null;
        Check failed = null;
        // What the stored offset needs is of no interest once it is to be replaced.
        for (Check check : connector.preflight(due ? null : offsets.offset().orElse(null), false)) {
            if (resync.isAutomatic(check.loss())) {
                lost = lost == null ? check : lost;
            } else if (check.outcome() == Check.Outcome.FAILED || check.outcome() == Check.Outcome.UNREACHABLE) {
                failed = failed == null ? check : failed;
            }
        }
        if (lost != null) {
            resync.found(lost.loss(), lost.words());
        }
        if (failed != null) {
            throw failed.outcome() == Check.Outcome.UNREACHABLE
                            || failed.passing() // such as our own reader of the slot
                    ? SourceException.retryable(failed.words(), failed.hint())
                    : SourceException.fatal(failed.words(), failed.hint());
        }
    }

    /**
     * Lets a resync begin only when it may. Without a stored offset nothing is lost by it: an operator has discarded the offset, or a
     * crash has interrupted a resync.
     */
    private void awaitTurn() throws IOException {
        if (!resync.isDue() || offsets.offset().isEmpty()) {
            return;
        }
        Doubt doubt = resync.doubt().orElseThrow();
        Turn turn = resync.turn();
        if (turn instanceof Turn.Later later) {
            throw SourceException.fatal(
                    doubt.message() + ", again within 24 h",
                    "Find out why it is lost again and again. All tables are loaded again at "
                            + later.at().truncatedTo(ChronoUnit.SECONDS)
                            + "; to load them now, run 'tidemark offsets clear' and start again.");
        }
        if (turn instanceof Turn.Waiting waiting) {
            throw SourceException.fatal(
                    waiting.approval().message() + " (" + waiting.approval().id() + ", since " + doubt.since() + ")",
                    "Find out why it is lost again and again. To load all tables once more, run 'tidemark approve -c FILE "
                            + waiting.approval().id() + "'.");
        }
    }

    /**
     * Fixes a position if none is stored to resume from, or a resync is due. It is stored before an engine starts or a row is read:
     * what is committed after it will be streamed, whatever happens next.
     */
    private void prepare() throws IOException, InterruptedException {
        Map<String, Object> stored = offsets.offset().orElse(null);
        if (stored != null && !connector.isUnfinishedSnapshot(stored) && !resync.isDue()) {
            offsets.identify();
            connector.publishTables();
            return;
        }
        Map<String, Object> beginning;
        if (config.source().settings().snapshot() == SnapshotMode.NEVER) {
            listener.repositioningWithoutLoad();
            offsets.clear();
            Map<String, Object> held = connector.heldPosition().orElse(null);
            beginning = held == null ? connector.fixPosition() : held;
        } else {
            listener.repositioning();
            offsets.clear();
            beginning = connector.fixPosition();
            recovery.repositioned();
        }
        log.info(
                config.source().settings().snapshot() == SnapshotMode.NEVER
                        ? "no initial load: resuming from {}"
                        : "changes are streamed from {} on",
                connector.describeOffset(beginning));
        offsets.begin(config.name(), beginning);
        resync.fixed();
    }

    private Map<String, String> properties(EngineOffsetStore.Binding binding, Map<String, ?> resumed) {
        Map<String, String> properties = new HashMap<>(connector.engineProperties(resumed));
        properties.put("offset.storage", EngineOffsetStore.class.getName());
        properties.put(EngineOffsetStore.BINDING, binding.key());
        properties.put(
                "heartbeat.interval.ms",
                String.valueOf(config.source().settings().heartbeat().toMillis()));
        if (!config.source().settings().debezium().containsKey(POLL)) {
            properties.put(
                    POLL, String.valueOf(pollInterval(config.flush().interval()).toMillis()));
        }
        // A slow disk must not kill the polling thread (debezium-facts, "Committing offsets").
        properties.put("offset.flush.timeout.ms", "60000");
        return properties;
    }

    /**
     * Returns how long Debezium collects changes before it hands them over. It spins for the last part of a millisecond each time
     * (ChangeEventQueue.poll), so frequent polls cost processor time also while nothing changes.
     */
    static Duration pollInterval(Duration flushInterval) {
        Duration part = flushInterval.dividedBy(5);
        return part.compareTo(SHORTEST_POLL) < 0
                ? SHORTEST_POLL
                : part.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : part;
    }

    /** Reports why an engine ended. Called before the flush becomes idle, which may take a while: the report must not wait. */
    private void report(SourceException why, Duration pause) {
        String offset = offsets.offset().map(connector::describeOffset).orElse("none");
        String message = EngineWords.withoutPasswords(String.valueOf(why.getMessage()));
        String words = EngineWords.of(why.getCause(), message, EngineLog.take(config.name()));
        String full = words.isEmpty() ? message : message + "; Debezium says: " + words;
        Recovery.Failures failures = recovery.failed(message, offset, pause.toNanos());
        health.markUnhealthy(
                Health.Part.SOURCE,
                new Health.Condition(full, why.hint()),
                "(trying again)",
                Health.Outlook.retry(null, pause));
        String counted =
                failures.words("next try at " + Instant.now().plus(pause).truncatedTo(ChronoUnit.SECONDS));
        if (!counted.isEmpty()) {
            // Not in the log, which would treat each count as another message.
            health.reword(Health.Part.SOURCE, new Health.Condition(full + counted, why.hint()));
        }
    }

    @Override
    public boolean commit(Map<String, ?> offset) throws IOException, InterruptedException {
        EngineSession current = session;
        return current != null && current.commit(offset);
    }

    @Override
    public Optional<Map<String, Object>> stored() {
        return offsets.offset();
    }

    /** Stops the engine; what is in the queue stays there. Returns when it is over or the time has passed. */
    public void stop(long timeout, TimeUnit unit) throws InterruptedException {
        closed.countDown();
        EngineSession current = session;
        if (current == null || current.isOver()) {
            supervisor.interrupt(); // it may wait for other sessions of the database
        } else {
            current.stop(timeout, unit);
        }
        supervisor.join(200); // it has nothing left to do once the engine is over
    }
}
