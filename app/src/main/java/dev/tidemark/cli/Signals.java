package dev.tidemark.cli;

import dev.tidemark.connector.tls.KeyFolders;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** SIGTERM and SIGINT: the main thread is interrupted, and the JVM waits for it to finish in order. */
final class Signals {

    /** Longer than a stop takes; after that the JVM ends anyhow, and what is left is replayed. */
    private static final long PATIENCE_SECONDS = 15;

    private Signals() {}

    /**
     * Asks the main thread to stop when the JVM is told to.
     *
     * @param ended counted down when the main thread is through
     */
    static void onStop(String name, Thread main, CountDownLatch ended) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (ended.getCount() == 0) {
                                return;
                            }
                            main.interrupt();
                            try {
                                if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                                    KeyFolders.deleteAll(); // a halt deletes nothing by itself
                                    // Without this a JVM that was told to end answers 143: a stop by a signal is 0.
                                    Runtime.getRuntime().halt(ExitCode.DONE);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        name + "-stop"));
    }
}
