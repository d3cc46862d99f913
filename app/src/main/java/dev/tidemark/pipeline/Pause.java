package dev.tidemark.pipeline;

import dev.tidemark.health.Health;
import dev.tidemark.state.PauseMark;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State of whether the flush may take batches. An operator pauses for work at Typesense, and a restart meanwhile must not
 * end that: a pause is kept in the state directory. Any thread.
 */
final class Pause {

    private static final Logger log = LoggerFactory.getLogger(Pause.class);

    private final PauseMark mark;
    private final Health health;
    private volatile boolean paused;

    private Pause(PauseMark mark, Health health) {
        this.mark = mark;
        this.health = health;
    }

    /** Opens the pause as the state directory has it. */
    static Pause open(PauseMark mark, Health health) throws IOException {
        Pause pause = new Pause(mark, health);
        mark.since().ifPresent(pause::begin);
        return pause;
    }

    boolean isPaused() {
        return paused;
    }

    synchronized void pause() throws IOException {
        if (!paused) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            mark.set(now);
            begin(now);
        }
    }

    private synchronized void begin(Instant since) {
        paused = true;
        health.set(
                Health.Part.PAUSE,
                new Health.Condition(
                        "paused since " + since + ": nothing is written",
                        "'tidemark resume' continues; until then the database keeps its log for us"));
        log.warn("paused since {}: nothing is written until 'tidemark resume'", since);
    }

    synchronized void resume() throws IOException {
        if (paused) {
            mark.clear();
            paused = false;
            health.set(Health.Part.PAUSE, null);
            notifyAll();
            log.info("resumed");
        }
    }

    /** Waits while it is paused, at most so long; returns whether it still is. */
    synchronized boolean isPausedAfter(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long left = timeout.toNanos();
        while (paused && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        return paused;
    }
}
