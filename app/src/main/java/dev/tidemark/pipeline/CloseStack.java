package dev.tidemark.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts in the order in which they were created. They are closed in reverse order, all of them: neither a failure of one nor an
 * interrupt leaves another one open. One thread at a time.
 */
public final class CloseStack implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CloseStack.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part, or an action of the stop; returns it. */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes what was added and is not closed yet. A part whose close is interrupted shortens it; the interrupt is kept. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // one from before must not shorten the stop
        for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
            try {
                part.close();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (Exception | Error e) {
                log.warn("while stopping: {}", e.getMessage());
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
