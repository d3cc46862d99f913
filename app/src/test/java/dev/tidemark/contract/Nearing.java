package dev.tidemark.contract;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what takes as long as the machine needs: it is given up when the check has failed in the same way for a while, and not
 * when some fixed time is over that is plenty here and too little on a busy machine.
 */
public final class Nearing {

    /** Longer than the longest pause between two attempts, and a start of the service. */
    private static final Duration STILL = Duration.ofMinutes(2);

    private static final Duration MOST = Duration.ofMinutes(10);

    private final Runnable check;
    private @Nullable String last;
    private long changed = System.nanoTime();

    private Nearing(Runnable check) {
        this.check = check;
    }

    /**
     * Waits until the check holds.
     *
     * @param check fails with what is missing yet
     */
    public static void awaitUntil(Runnable check, Duration pollInterval) {
        Nearing nearing = new Nearing(check);
        try {
            await().atMost(MOST)
                    .pollInterval(pollInterval)
                    .failFast("for " + STILL.toSeconds() + " s nothing came nearer", nearing::stands)
                    .ignoreExceptions()
                    .untilAsserted(nearing::check);
        } catch (TerminalFailureException | ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "; the last failure: " + nearing.last, e);
        }
    }

    private void check() {
        try {
            check.run();
        } catch (AssertionError | RuntimeException e) {
            String failure = String.valueOf(e.getMessage());
            if (!failure.equals(last)) {
                last = failure;
                changed = System.nanoTime();
            }
            throw e;
        }
    }

    private boolean stands() {
        return System.nanoTime() - changed > STILL.toNanos();
    }
}
