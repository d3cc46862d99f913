package dev.tidemark.testkit;

/** Where a server lives: its data, and the way to start it on them. Not safe for use by several threads. */
interface ServerHome {

    /**
     * Starts the server and returns at once; at the first time its data are made before.
     *
     * @param port the loopback port that it is to take; once it has answered there, always the same
     * @throws IllegalStateException where it cannot be started
     */
    ServerProcess start(int port);

    /** Whether a failure to start means that somebody else has the port. */
    boolean isPortTaken(IllegalStateException failure);

    /** To be told when the server has answered for the first time. */
    default void answered() {}

    /** Deletes all that it made; the server does not run. Harmless when called again. */
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
