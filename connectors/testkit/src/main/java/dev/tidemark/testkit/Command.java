package dev.tidemark.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A short program that runs to its end. */
public final class Command {

    /** The code of one that did not end in time. */
    public static final int TIMEOUT = -2;

    private Command() {}

    /** Result of a program; one that could not be started or did not end in time has a negative code. */
    public record Outcome(int code, String output) {
        public boolean succeeded() {
            return code == 0;
        }
    }

    public static Outcome run(Duration limit, List<String> command) {
        return run(null, limit, command);
    }

    /**
     * Runs a program to its end.
     *
     * @param directory its working directory; null for this JVM's own
     */
    public static Outcome run(@Nullable Path directory, Duration limit, List<String> command) {
        Path output = null;
        try {
            output = Files.createTempFile("tidemark-command", ".log");
            Process process = new ProcessBuilder(command)
                    .directory(directory == null ? null : directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int code = await(process, limit);
            return new Outcome(
                    code, Files.readString(output, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        } finally {
            if (output != null) {
                Directories.delete(output);
            }
        }
    }

    static boolean works(String... command) {
        return run(Duration.ofSeconds(30), List.of(command)).succeeded();
    }

    private static int await(Process process, Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return TIMEOUT;
    }
}
