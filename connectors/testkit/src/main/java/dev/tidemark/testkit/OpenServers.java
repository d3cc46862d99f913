package dev.tidemark.testkit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of this JVM; those still open when it ends are closed by a shutdown hook. */
public final class OpenServers {

    private static final Logger log = LoggerFactory.getLogger(OpenServers.class);
    private static final Set<Runnable> CLOSINGS = ConcurrentHashMap.newKeySet();
    private static final List<Runnable> BEFORE = new CopyOnWriteArrayList<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(OpenServers::closeAll, "testkit-close"));
    }

    private OpenServers() {}

    /**
     * Runs {@code work} when the JVM ends, before the servers are closed. Shutdown hooks run concurrently, so code that needs the
     * servers for an orderly stop must come through here, not through a hook of its own.
     */
    public static void beforeClosing(Runnable work) {
        BEFORE.add(work);
    }

    public static void add(Runnable closing) {
        CLOSINGS.add(closing);
    }

    public static void remove(Runnable closing) {
        CLOSINGS.remove(closing);
    }

    private static void closeAll() {
        BEFORE.forEach(OpenServers::attempt);
        CLOSINGS.forEach(OpenServers::attempt);
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.warn("Could not close a server", e);
        }
    }
}
