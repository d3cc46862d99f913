package dev.tidemark.pipeline;

import org.slf4j.LoggerFactory;

/**
 * Ends the process if a thread dies because the JVM has no memory left: a service without one of its threads would be half alive, and
 * ready. The launcher's flags end it before that; this is for a JVM that was started without them.
 */
public final class FatalErrors implements Thread.UncaughtExceptionHandler {

    /** As the JVM's own {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int EXIT_CODE = 3;

    static final String HINT =
            "the process ends: give it more memory, for example JAVA_OPTS=-Xmx1g, or lower queue.bytes and"
                    + " flush.bytes";

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (isFatal(failure)) {
            System.err.println("thread " + thread.getName() + " ended with " + failure + "; " + HINT);
            Runtime.getRuntime().halt(EXIT_CODE); // nothing durable depends on an orderly stop, which would need memory
        }
        LoggerFactory.getLogger(FatalErrors.class).error("thread {} ended", thread.getName(), failure);
    }

    /** Returns whether the JVM itself failed; checks the full chain of causes. */
    static boolean isFatal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError || cause instanceof InternalError) {
                return true;
            }
        }
        return false;
    }
}
