package dev.tidemark.cli;

import dev.tidemark.connector.tls.KeyDirectories;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** SIGTERM and SIGINT: the main thread is interrupted, and the JVM waits for it to finish in order. */
final class Signals {

    /** Longer than a stop takes; after that the JVM ends anyhow, and what is left is replayed. */
    private static final long TIMEOUT_SECONDS = 15;

    private Signals() {}

    /**
     * Registers a hook that interrupts the main thread when the JVM is to end.
     *
     * @param ended counted down when the main thread has finished
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
                                if (ended.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                                    KeyDirectories.deleteAll(); // a halt deletes nothing automatically
                                    // Without this a JVM that a signal stops exits with 143: a stop by a signal is 0.
                                    Runtime.getRuntime().halt(ExitCode.DONE);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        name + "-stop"));
    }
}
