package dev.tidemark.testkit.container;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Removes a container when this JVM has ended, even after {@code kill -9}: a shell that waits for the end of a pipe from here.
 * Testcontainers has a container of an image of its own for that, which would have to be pulled.
 */
final class ContainerGuard implements AutoCloseable {

    private final Process shell;

    private ContainerGuard(Process shell) {
        this.shell = shell;
    }

    static ContainerGuard of(String container) {
        try {
            return new ContainerGuard(new ProcessBuilder(
                            "setsid", // Ctrl-C in a terminal is for the JVM
                            "sh",
                            "-c",
                            "read -r line || exec docker rm --force --volumes \"$0\"",
                            container)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a shell that removes container " + container, e);
        }
    }

    /** Ends the shell, after the container was removed. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
