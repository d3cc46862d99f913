package dev.tidemark.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A server that was started: a child process, or a container. */
interface ServerProcess {

    /** For messages, such as "Postgres". */
    String name();

    /** As this machine counts processes. */
    long pid();

    boolean isAlive();

    /** How it ended; only where it did. */
    int exitCode();

    /** Sends a signal by name, as in {@code kill -STOP}. */
    void signal(String signal);

    /** True once the server is gone, false if it is still there after the limit. */
    boolean awaitExit(Duration limit);

    /** SIGKILL, then waits until the server is gone. Works on a paused one too. */
    void kill();

    /** All that it wrote. */
    String output();

    /** The last lines that it wrote. */
    default String logTail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    /** Waits until the server answers; fails with the end of its log when it dies or does not within the limit. */
    default void awaitReady(Duration limit, BooleanSupplier ready) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (awaitExit(Duration.ofMillis(25))) {
                throw new IllegalStateException(
                        name() + " ended with exit code " + exitCode() + " while starting\n" + logTail());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        name() + " was not ready within " + limit.toSeconds() + " s\n" + logTail());
            }
        }
    }
}
