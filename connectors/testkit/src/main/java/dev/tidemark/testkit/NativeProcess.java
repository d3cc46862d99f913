package dev.tidemark.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server that is a child process, its output in a log file. It has a session of its own, so Ctrl-C in a terminal reaches only
 * this JVM, which then stops its servers in order; and if {@code setpriv} exists it dies with this JVM, even after
 * {@code kill -9}.
 */
public final class NativeProcess implements ServerProcess {

    /** Linux sends the parent-death signal when the starting <em>thread</em> ends, so this one lives as long as the JVM. */
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "testkit-process-starter");
        thread.setDaemon(true);
        return thread;
    });

    private static final boolean OWN_SESSION = Command.works("setsid", "true");
    private static final boolean PARENT_DEATH_SIGNAL = Command.works("setpriv", "--pdeathsig", "KILL", "true");

    private final String name;
    private final Process process;
    private final Path log;

    private NativeProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a server; its output is appended to the log.
     *
     * @param account command prefix that runs the server as another user; may be empty
     * @param deathSignal what the server gets when this JVM dies: KILL, QUIT, ...
     */
    public static NativeProcess start(
            String name, List<String> account, String deathSignal, List<String> server, Path log) {
        List<String> command = new ArrayList<>();
        if (OWN_SESSION) {
            command.add("setsid");
        }
        command.addAll(account);
        if (PARENT_DEATH_SIGNAL) { // after the account: a change of user clears the signal
            command.addAll(List.of("setpriv", "--pdeathsig", deathSignal));
        }
        command.addAll(server);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("LC_ALL", "C");
        return new NativeProcess(name, startOnLongLivedThread(builder), log);
    }

    private static Process startOnLongLivedThread(ProcessBuilder builder) {
        try {
            return STARTER.submit(builder::start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while starting " + builder.command(), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot start " + builder.command() + ": " + e.getCause(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public int exitCode() {
        return process.exitValue();
    }

    @Override
    public void signal(String signal) {
        Command.Outcome outcome =
                Command.run(Duration.ofSeconds(30), List.of("sh", "-c", "kill -" + signal + " " + pid()));
        if (!outcome.succeeded() && isAlive()) {
            throw new IllegalStateException("Cannot send " + signal + " to " + name + ": " + outcome.output());
        }
    }

    @Override
    public boolean awaitExit(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + name, e);
        }
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        if (!awaitExit(Duration.ofSeconds(30))) {
            throw new IllegalStateException(name + ", pid " + pid() + ", survived SIGKILL for 30 s");
        }
    }

    @Override
    public String output() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + log, e);
        }
    }
}
