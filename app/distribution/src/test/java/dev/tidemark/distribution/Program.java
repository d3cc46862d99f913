package dev.tidemark.distribution;

import dev.tidemark.testkit.OpenServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A child process that is told to end on close. */
final class Program implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** How a program ended, and all that it wrote to both streams. */
    record Ended(int code, String output) {}

    static Program start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        Path output = Files.createTempFile("tidemark-program", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("TIDEMARK_CLASS_ARCHIVE", "off"); // one for each unpacked archive is not worth it
        builder.environment().putAll(environment);
        Process process = builder.start();
        OpenServers.beforeClosing(process::destroyForcibly);
        return new Program(process, output);
    }

    /** Runs a program to its end. */
    static Ended run(Path directory, List<String> command) throws IOException, InterruptedException {
        try (Program program = start(directory, Map.of(), command)) {
            return program.awaitEnd();
        }
    }

    /**
     * Whether that program is there.
     *
     * @throws AssertionError if it is not, saying what to install
     */
    static void require(String program, String debianPackage) throws IOException, InterruptedException {
        if (run(Path.of("."), List.of("sh", "-c", "command -v " + program)).code() != 0) {
            throw new AssertionError(
                    program + " was not found, and this test needs it: apt-get install " + debianPackage);
        }
    }

    /** Waits until that is true; what it throws counts as not yet. */
    void await(String what, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .failFast("it ended by itself", () -> !process.isAlive())
                    .until(condition);
        } catch (RuntimeException e) {
            throw new AssertionError("not seen: " + what + "; it wrote:\n" + output(), e);
        }
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return "nothing that can be read: " + e.getMessage();
        }
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    Ended awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end; it wrote:\n" + output());
        }
        return new Ended(process.exitValue(), output());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
    }
}
