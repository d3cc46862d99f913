package dev.tidemark.verify;

import dev.tidemark.connector.SourceException;
import dev.tidemark.metrics.VerifyMetrics;
import dev.tidemark.sink.SinkException;
import dev.tidemark.verify.Report.State;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs verifications, one at a time, each on a thread of its own. Any thread. */
public final class Verifier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Verifier.class);
    private static final long STOP_MILLIS = 2_000;

    private final String pipeline;
    private final Sides sides;
    private final Surroundings around;
    private final VerifyMetrics metrics;
    private @Nullable Run last;
    private boolean closed;

    /** @param pipeline for the threads' names */
    public Verifier(String pipeline, Sides sides, Surroundings around, VerifyMetrics metrics) {
        this.pipeline = pipeline;
        this.sides = sides;
        this.around = around;
        this.metrics = metrics;
    }

    /**
     * Starts a verification.
     *
     * @return false if one is running
     * @throws UnknownException if no document comes from the requested table, or goes to the requested collection
     */
    public synchronized boolean start(VerifyRequest request) throws UnknownException {
        if (closed || (last != null && last.report().state() == State.RUNNING)) {
            return false;
        }
        Scope.require(request, sides.targets());
        last = new Run(request);
        last.thread.start();
        return true;
    }

    /** Returns what the last one has found so far; empty if there was none since the start. */
    public synchronized Optional<Report> report() {
        return Optional.ofNullable(last).map(Run::report);
    }

    /** Ends the one that runs. */
    @Override
    public void close() throws InterruptedException {
        Run running;
        synchronized (this) {
            closed = true;
            running = last;
        }
        if (running != null) {
            running.thread.interrupt();
            running.thread.join(STOP_MILLIS);
        }
    }

    /** One verification. */
    private final class Run {
        private final VerifyRequest request;
        private final Findings findings = new Findings();
        private final Thread thread;
        private volatile @Nullable Report ended;

        Run(VerifyRequest request) {
            this.request = request;
            this.thread = new Thread(this::run, pipeline + "-verify");
            this.thread.setDaemon(true);
        }

        Report report() {
            Report end = ended;
            return end == null ? findings.report(request, State.RUNNING, "", "") : end;
        }

        private void run() {
            String error = "";
            String hint = "";
            try {
                new Verification(request, sides, around, findings).run();
            } catch (InterruptedException e) {
                error = "the service was stopped";
                hint = "verify again once it runs";
            } catch (VerifyException e) {
                error = String.valueOf(e.getMessage());
                hint = e.hint();
            } catch (SinkException e) {
                error = String.valueOf(e.getMessage());
                hint = e.hint();
            } catch (SourceException e) {
                error = String.valueOf(e.getMessage());
                hint = e.hint();
            } catch (IOException e) {
                error = "the hashes of documents cannot be kept in " + sides.directory() + ": " + e.getMessage();
                hint = "make room on the disk of the state directory";
            } catch (RuntimeException e) {
                error = "this is a fault of Tidemark, please report it: " + e;
                log.error("a verification failed", e);
            }
            Report report = findings.report(request, error.isEmpty() ? State.DONE : State.FAILED, error, hint);
            count(report);
            ended = report;
            log.info("verification: {}", words(report));
        }

        private void count(Report report) {
            report.collections().forEach((collection, numbers) -> {
                if (report.state() == State.DONE) {
                    numbers.kinds().forEach((kind, count) -> metrics.documents(collection, kind.label(), count));
                    metrics.documents(collection, "equal", numbers.equal());
                    metrics.documents(collection, "repaired", numbers.repaired());
                    if (request.sample() == 0) {
                        metrics.verified(collection);
                    }
                }
            });
        }

        private static String words(Report report) {
            return report.state() == State.FAILED
                    ? "not ended: " + report.error()
                    : report.checked() + " documents compared, " + report.of(Kind.MISSING) + " missing, "
                            + report.of(Kind.EXTRA) + " without a row, " + report.of(Kind.DIFFERENT)
                            + " different, " + report.repaired() + " repaired";
        }
    }
}
