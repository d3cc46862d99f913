package dev.tidemark.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A server that was started: a child process, or a container. */
public interface ServerProcess {

    /** Returns the name for messages, such as "Postgres". */
    String name();

    /** Returns the process id on this machine. */
    long pid();

    boolean isAlive();

    /** Returns the exit code; only if the server has ended. */
    int exitCode();

    /** Sends a signal by name, as in {@code kill -STOP}. */
    void signal(String signal);

    /** Returns true once the server has ended, false if it is still running after the limit. */
    boolean awaitExit(Duration limit);

    /** Sends SIGKILL, then waits until the server has ended. Works on a paused one too. */
    void kill();

    /** Returns all that it wrote. */
    String output();

    /** Returns the last lines that it wrote. */
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
