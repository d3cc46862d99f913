package dev.tidemark.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Home of a server: its data, and the way to start it on them. Not safe for use by several threads. */
public interface ServerHome {

    /**
     * Starts the server and returns at once; at the first time its data are created before.
     *
     * @param port the loopback port that it is to take; once it has answered there, always the same
     * @throws IllegalStateException if it cannot be started
     */
    ServerProcess start(int port);

    /** Returns whether a failure to start means that another process has the port. */
    boolean isPortTaken(IllegalStateException failure);

    /** Runs after the server has answered for the first time; does nothing by default. */
    default void answered() {}

    /** Returns the server's data directory; a server in a container has none that can be copied. */
    default Path dataDirectory() {
        throw new UnsupportedOperationException("only the data of a child process can be copied: use startAsProcess");
    }

    /** Copies the data of a stopped server to a directory that does not exist yet. */
    default void saveData(Path copy) {
        try {
            Directories.copy(dataDirectory(), copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the data of a stopped server by a copy. */
    default void putBackData(Path copy) {
        Directories.delete(dataDirectory());
        try {
            Directories.copy(copy, dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes all that it created; the server does not run. Harmless when called again. */
    void delete();

    /**
     * Starts a server for the first time, and waits until it answers.
     *
     * @param attempt starts it on that port and waits
     * @return the port
     */
    default int startOnFreePort(java.util.function.IntConsumer attempt) {
        for (int attempts = 1; ; attempts++) {
            int port = FreePorts.next();
            try {
                attempt.accept(port);
                answered();
                return port;
            } catch (IllegalStateException e) {
                if (!isPortTaken(e) || attempts == 5) {
                    throw e;
                }
            }
        }
    }
}
