package dev.tidemark.retry;

import dev.tidemark.connector.SourceException;
import dev.tidemark.deadletter.DeadLettersFullException;
import dev.tidemark.health.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries until it succeeds: every failure is reported in health, metrics and log, and nothing is skipped (invariant 6).
 * Only an interrupt ends it early. Flush thread only.
 */
public final class RetryLoop {

    private static final Logger log = LoggerFactory.getLogger(RetryLoop.class);

    private final Health health;
    private final PipelineMetrics metrics;

    /** Something that is done when it returns. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws SinkException, IOException, DeadLettersFullException, InterruptedException;
    }

    /** As {@link Attempt}, with an answer. */
    @FunctionalInterface
    public interface Question<T> {
        @Nullable
        T ask() throws SinkException, IOException, DeadLettersFullException, InterruptedException;
    }

    public RetryLoop(Health health, PipelineMetrics metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    /** Does the same as {@link #persist}, and returns the answer. */
    public <T> @Nullable T ask(String what, Health.Part part, Question<T> question) throws InterruptedException {
        AtomicReference<@Nullable T> answer = new AtomicReference<>();
        persist(what, part, () -> answer.set(question.ask()));
        return answer.get();
    }

    public void persist(String what, Health.Part part, Attempt attempt) throws InterruptedException {
        Backoff backoff = new Backoff();
        while (true) {
            try {
                attempt.run();
                succeeded(part);
                return;
            } catch (SinkException e) {
                failed(part, e, backoff);
            } catch (SourceException e) {
                waitAfter(part, "source", what + ": " + e.getMessage(), e.hint(), backoff.next(), Health.Part.SOURCE);
            } catch (DeadLettersFullException e) {
                String message = String.valueOf(e.getMessage());
                waitAfter(part, "dead_letters_full", message, DeadLettersFullException.HINT, backoff.next(), null);
            } catch (IOException e) {
                String hint =
                        "free some disk space or fix the permissions of the state directory; it continues automatically";
                waitAfter(part, "disk", what + " could not be written: " + e.getMessage(), hint, backoff.next(), null);
            }
        }
    }

    /** Reports a failed request and waits before the next attempt. */
    public void failed(Health.Part part, SinkException e, Backoff backoff) throws InterruptedException {
        // While Typesense does not answer at all, its own condition reports that, and this one would be the second for
        // one cause.
        Health.Part cause = e.kind() == SinkException.Kind.RETRYABLE ? Health.Part.SINK : null;
        waitAfter(part, e.reason(), String.valueOf(e.getMessage()), e.hint(), backoff.next(e.kind()), cause);
    }

    /** Marks the part as healthy. */
    public void succeeded(Health.Part part) {
        health.markHealthy(part);
    }

    private void waitAfter(
            Health.Part part, String reason, String message, String hint, Duration wait, Health.@Nullable Part causedBy)
            throws InterruptedException {
        metrics.retry(reason);
        health.markUnhealthy(
                part, new Health.Condition(message, hint), "(trying again)", Health.Outlook.retry(causedBy, wait));
        log.debug("{} (trying again in {} ms)", message, wait.toMillis());
        TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    }
}
