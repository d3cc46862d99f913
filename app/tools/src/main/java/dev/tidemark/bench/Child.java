package dev.tidemark.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Java process of this class path, with this process's flags: heap and collector are those of the launcher. */
final class Child implements AutoCloseable {

    /** How long a phase may take, unless it depends on the number of rows. */
    static final long LIMIT_SECONDS = 300;

    /** A hundred questions a second took a tenth of a processor from those who are measured. */
    private static final long ASK_MILLIS = 50;

    /** Check from outside whether the process has done its work. */
    interface Done {
        boolean now() throws IOException, InterruptedException;
    }

    private final String name;
    private final Process process;
    private final Path log;
    private final long startedMillis;

    /**
     * Starts a process.
     *
     * @param stockFirst whether the libraries come before our own jar, so that none of their classes is replaced
     * @param profile where to write a flight recording, or null
     */
    Child(String name, Path directory, boolean stockFirst, @Nullable Path profile, List<String> command)
            throws IOException {
        this.name = name;
        this.log = directory.resolve(name + ".log");
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        if (profile != null) {
            all.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + profile.resolve(name + ".jfr").toAbsolutePath());
        }
        all.add("-cp");
        all.add(classPath(stockFirst));
        all.addAll(command);
        this.startedMillis = System.currentTimeMillis();
        this.process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        process.onExit().thenRun(() -> forget(killer));
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // This process is ending already: the hook runs.
        }
    }

    private static String classPath(boolean stockFirst) {
        List<String> parts = new ArrayList<>(
                Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator)));
        if (stockFirst) {
            List<String> ours =
                    parts.stream().filter(part -> part.contains("tidemark")).toList();
            List<String> own = ours.stream()
                    .filter(part -> Path.of(part).getFileName().toString().startsWith("tidemark"))
                    .toList();
            parts.removeAll(own);
            parts.addAll(own);
        }
        return String.join(File.pathSeparator, parts);
    }

    /** Suspends the process; its connections stay open. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("kill cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fails with the end of its log if the process has ended. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended with " + process.exitValue() + ": " + logTail());
        }
    }

    /** Returns the time just before the process was started, in milliseconds since 1970. */
    long startedMillis() {
        return startedMillis;
    }

    /** Writes a line to the standard input of the process. */
    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Returns the processor time that the process has used so far, all of its threads, in microseconds. */
    long cpuMicros() {
        return process.info()
                        .totalCpuDuration()
                        .orElseThrow(() -> new IllegalStateException(
                                "the processor time of " + name + " is unknown: " + logTail()))
                        .toNanos()
                / 1_000;
    }

    /** Asks until it is done; returns when that was, milliseconds since 1970. */
    long await(Done done) throws IOException, InterruptedException {
        return await(done, LIMIT_SECONDS);
    }

    /** Waits as {@link #await(Done)} does, but for at most {@code limitSeconds}. */
    long await(Done done, long limitSeconds) throws IOException, InterruptedException {
        return await(done, limitSeconds, ASK_MILLIS);
    }

    /** Waits as {@link #await(Done)} does, and asks at these intervals. */
    long await(Done done, long limitSeconds, long askMillis) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        while (!done.now()) {
            requireAlive();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not end its work in " + limitSeconds + " s: " + logTail());
            }
            Thread.sleep(askMillis);
        }
        return System.currentTimeMillis();
    }

    String logTail() {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 4_000));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** Returns the max memory that the process has held so far, MB; 0 if that is unknown. */
    int peakRssMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Integer.parseInt(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        return 0;
    }

    @Override
    public void close() {
        resume();
        process.destroy();
        try {
            if (!process.waitFor(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
