package dev.tidemark.testkit.typesense;

import dev.tidemark.testkit.Certificates;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.Housing;
import dev.tidemark.testkit.OpenServers;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import dev.tidemark.testkit.container.ContainerHome;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A real Typesense 0.24.1 on a loopback port, as a child process or a container ({@link Housing}) that ends with this JVM. It can be killed, paused and
 * started again on the same ports and data. Not safe for use by several threads, except for the accessors.
 */
public final class TypesenseServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static @Nullable TypesenseServer shared;

    private final String apiKey;
    private final ServerHome home;
    private final Runnable closing = this::close;
    /** The certificate and key that it shows; null: it speaks plain HTTP. */
    private final Certificates.@Nullable Issued shown;

    private final @Nullable SSLContext trust;
    private volatile int port;
    private volatile @Nullable ServerProcess process;

    private TypesenseServer(
            String apiKey, ServerHome home, Certificates.@Nullable Issued shown, @Nullable SSLContext trust) {
        this.apiKey = apiKey;
        this.home = home;
        this.shown = shown;
        this.trust = trust;
    }

    /** Starts a server with its data in a temporary directory, deleted on close, and waits until it is healthy. */
    public static TypesenseServer start() {
        String apiKey = UUID.randomUUID().toString();
        return start(
                apiKey,
                Housing.chosen() == Housing.DOCKER
                        ? ContainerHome.typesense(Directories.temporary("tidemark-typesense"), true, apiKey)
                        : NativeTypesense.temporary(apiKey));
    }

    /**
     * Starts a server on this data directory, which is created if it is missing and kept on close, and waits until it is healthy.
     *
     * @throws IllegalStateException if no server is found or it does not start, with the end of its log
     */
    public static TypesenseServer start(Path data) {
        String apiKey = UUID.randomUUID().toString();
        return start(
                apiKey,
                Housing.chosen() == Housing.DOCKER
                        ? ContainerHome.typesense(data, false, apiKey)
                        : NativeTypesense.on(data, apiKey));
    }

    /**
     * Starts a server as {@link #start()} does, over HTTPS; always as a child process, which reads the certificate from this
     * machine.
     *
     * @param shown for 127.0.0.1
     * @param trust what our own requests trust it by
     */
    public static TypesenseServer start(Certificates.Issued shown, SSLContext trust) {
        String apiKey = UUID.randomUUID().toString();
        return start(new TypesenseServer(apiKey, NativeTypesense.showing(shown, apiKey), shown, trust));
    }

    /**
     * Returns one server for the JVM, started at the first call, and again if it crashed since; never close it, and use
     * collections of your own.
     */
    public static synchronized TypesenseServer shared() {
        TypesenseServer running = shared;
        if (running == null || !running.isAlive()) {
            running = start();
            shared = running;
        }
        return running;
    }

    private boolean isAlive() {
        ServerProcess current = process;
        return current != null && current.isAlive();
    }

    private static TypesenseServer start(String apiKey, ServerHome home) {
        return start(new TypesenseServer(apiKey, home, null, null));
    }

    private static TypesenseServer start(TypesenseServer server) {
        OpenServers.add(server.closing);
        try {
            server.home.startOnFreePort(free -> {
                server.port = free;
                server.startAgainWithoutWaiting();
                server.awaitHealthy();
            });
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    public URI uri() {
        return URI.create((shown == null ? "http" : "https") + "://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** Returns the admin key; random, and the same after a restart. */
    public String apiKey() {
        return apiKey;
    }

    public long pid() {
        return running().pid();
    }

    /** Returns a client for plain requests with the admin key. */
    public TypesenseAdmin admin() {
        return new TypesenseAdmin(uri(), apiKey, Duration.ofSeconds(60), trust);
    }

    /** Sends SIGKILL, then waits until the process has ended. */
    public void kill() {
        ServerProcess current = process;
        if (current != null) {
            current.kill();
        }
    }

    /** Kills the server if it runs, starts it on the same ports and data, and waits until it is healthy. */
    public void restart() {
        kill();
        startAgainWithoutWaiting();
        awaitHealthy();
    }

    /**
     * Starts a killed server on the same ports and data and returns at once: it rejects connections or answers 503 for a while.
     */
    public void startAgainWithoutWaiting() {
        ServerProcess current = process;
        if (current != null && current.isAlive()) {
            throw new IllegalStateException("Typesense is running already, pid " + current.pid());
        }
        process = home.start(port);
    }

    /** Waits until {@code GET /health} is ok. After a restart collections may still be loading then. */
    void awaitHealthy() {
        TypesenseAdmin probe = new TypesenseAdmin(uri(), apiKey, Duration.ofSeconds(2), trust);
        running().awaitReady(START_LIMIT, () -> isHealthy(probe));
    }

    /** Sends SIGSTOP: connections stay open and nothing is answered. */
    public void pause() {
        running().signal("STOP");
    }

    /** Sends SIGCONT, after {@link #pause()}. */
    public void resume() {
        running().signal("CONT");
    }

    /** Kills the server; deletes its data if the directory was temporary. Harmless when called again. */
    @Override
    public void close() {
        OpenServers.remove(closing);
        kill();
        home.delete();
    }

    private ServerProcess running() {
        ServerProcess current = process;
        if (current == null) {
            throw new IllegalStateException("Typesense was not started");
        }
        return current;
    }

    private static boolean isHealthy(TypesenseAdmin probe) {
        try {
            // With the key, too: another Typesense may have taken the port before us, and be healthy.
            return probe.get("/health").contains("\"ok\":true")
                    && probe.get("/debug").contains("state");
        } catch (IllegalStateException | UncheckedIOException notYet) {
            return false;
        }
    }
}
