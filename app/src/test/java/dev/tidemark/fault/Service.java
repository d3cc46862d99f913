package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.testkit.OpenServers;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tidemark as a child process to be killed for real. It dies with the test's JVM at the latest. */
final class Service implements AutoCloseable {

    private static final Duration END_LIMIT = Duration.ofSeconds(180); // a JVM on a busy machine starts slowly

    private static final Pattern LISTENS = Pattern.compile("listens on (http\\S+)");

    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private final Thread reader;

    private Service(Process process) {
        this.process = process;
        OpenServers.beforeClosing(process::destroyForcibly);
        reader = new Thread(this::read, "service-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (Reader from = process.inputReader(StandardCharsets.UTF_8)) {
            char[] buffer = new char[4096];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                synchronized (output) {
                    output.append(buffer, 0, n);
                }
            }
        } catch (IOException killed) {
            // what it said until then is all there is
        }
    }

    /** {@code tidemark run} with this file. */
    static Service run(Path config) {
        return main("dev.tidemark.Main", "run", "-c", config.toString());
    }

    /** As {@link #run(Path)}, with so much heap; when it runs out the process ends, as with the launcher's flags. */
    static Service withHeap(String size, Path config) {
        List<String> flags = List.of("-Xmx" + size, "-XX:+ExitOnOutOfMemoryError");
        return main(flags, "dev.tidemark.Main", "run", "-c", config.toString());
    }

    /** As {@link #run(Path)}, with further flags of the JVM. */
    static Service withFlags(Path config, String... flags) {
        return main(List.of(flags), "dev.tidemark.Main", "run", "-c", config.toString());
    }

    /** As {@link #run(Path)}, with a directory of its own for temporary files. */
    static Service run(Path config, Path temporary) {
        return main(List.of("-Djava.io.tmpdir=" + temporary), "dev.tidemark.Main", "run", "-c", config.toString());
    }

    /** Runs a command to its end. */
    static Ended command(String... arguments) {
        try (Service service = main("dev.tidemark.Main", arguments)) {
            return service.awaitEnd();
        }
    }

    /** How a process ended: exit code and all that it wrote. */
    record Ended(int code, String output) {}

    static Service main(String mainClass, String... arguments) {
        return main(List.of(), mainClass, arguments);
    }

    private static Service main(List<String> flags, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-Dlogback.configurationFile=fault/logback.xml"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return start(command);
    }

    private static Service start(List<String> command) {
        try {
            return new Service(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** All that it has written, on both streams. */
    String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    /** Waits until it has written a line that contains all of that. */
    void awaitLine(String... parts) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .failFast("the service ended", () -> !reader.isAlive() && !output().isEmpty() && !says(parts))
                .untilAsserted(() -> assertThat(output().lines().filter(line -> containsAll(line, parts)))
                        .as("a line with %s in:%n%s", List.of(parts), output())
                        .isNotEmpty());
    }

    private boolean says(String... parts) {
        return output().lines().anyMatch(line -> containsAll(line, parts));
    }

    private static boolean containsAll(String line, String... parts) {
        for (String part : parts) {
            if (!line.contains(part)) {
                return false;
            }
        }
        return true;
    }

    /** Lets it run for that time; it must not end by itself. */
    void runFor(Duration time) throws InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the service ended by itself with " + process.exitValue() + ":\n" + output());
        }
    }

    /** Asks its port, which it has told. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address(path)));
    }

    /** Sends JSON to its port. */
    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private URI address(String path) {
        Matcher address = LISTENS.matcher(output());
        assertThat(address.find()).as(output()).isTrue();
        return URI.create(address.group(1) + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        runFor(Duration.ZERO);
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    Ended awaitEnd() {
        try {
            if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the service did not end:\n" + output());
            }
            reader.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Ended(process.exitValue(), output());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
