package dev.tidemark.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A real Typesense 0.24.1 on loopback ports, as a child process that ends with this JVM. It can be killed, paused and
 * started again on the same ports and data. Not safe for use by several threads, except for the accessors.
 */
public final class TypesenseServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int PORT_ATTEMPTS = 5;
    private static final Pattern PORT_TAKEN = Pattern.compile("Fail(ed)? to listen");

    private final Path binary;
    private final Path data;
    private final boolean deleteData;
    private final String apiKey = UUID.randomUUID().toString();
    private final Runnable closing = this::close;
    /** The certificate and key that it shows; null: it speaks plain HTTP. */
    private final Certificates.@Nullable Issued shown;

    private final @Nullable SSLContext trust;
    private volatile int port;
    private volatile int peeringPort;
    private volatile @Nullable ServerProcess process;

    private TypesenseServer(
            Path binary,
            Path data,
            boolean deleteData,
            Certificates.@Nullable Issued shown,
            @Nullable SSLContext trust) {
        this.binary = binary;
        this.data = data;
        this.deleteData = deleteData;
        this.shown = shown;
        this.trust = trust;
    }

    /** Starts a server with its data in a temporary folder, deleted on close, and waits until it is healthy. */
    public static TypesenseServer start() {
        Path binary = TypesenseBinary.find(); // before the folder: nothing is left behind where there is none
        return start(binary, Folders.temporary("tidemark-typesense"), true);
    }

    /**
     * Starts a server on this data folder, which is created where it is missing and kept on close, and waits until it
     * is healthy.
     *
     * @throws IllegalStateException where no server is found or it does not start, with the end of its log
     */
    public static TypesenseServer start(Path data) {
        return start(TypesenseBinary.find(), data, false);
    }

    /**
     * As {@link #start()}, over HTTPS.
     *
     * @param shown for 127.0.0.1
     * @param trust what our own requests trust it by
     */
    public static TypesenseServer start(Certificates.Issued shown, SSLContext trust) {
        Path binary = TypesenseBinary.find();
        Path data = Folders.temporary("tidemark-typesense");
        return start(new TypesenseServer(binary, data, true, shown, trust));
    }

    /** One server for the whole JVM, started at the first call; never close it, and use collections of your own. */
    public static TypesenseServer shared() {
        return Shared.SERVER;
    }

    private static TypesenseServer start(Path binary, Path data, boolean deleteData) {
        return start(new TypesenseServer(binary, data, deleteData, null, null));
    }

    private static TypesenseServer start(TypesenseServer server) {
        OpenServers.add(server.closing);
        try {
            Files.createDirectories(server.data);
            server.startOnFreePorts();
            return server;
        } catch (IOException e) {
            server.close();
            throw new UncheckedIOException("Cannot create " + server.data, e);
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

    /** The admin key; random, and the same after a restart. */
    public String apiKey() {
        return apiKey;
    }

    public long pid() {
        return running().pid();
    }

    /** Plain requests with the admin key. */
    public TypesenseAdmin admin() {
        return new TypesenseAdmin(uri(), apiKey, Duration.ofSeconds(60), trust);
    }

    /** SIGKILL, then waits until the process is gone. */
    public void kill() {
        ServerProcess current = process;
        if (current != null) {
            current.kill();
        }
    }

    /** Kills the server where it runs, starts it on the same ports and data, and waits until it is healthy. */
    public void restart() {
        kill();
        startAgainWithoutWaiting();
        awaitHealthy();
    }

    /** Starts a killed server on the same ports and data and returns at once: it refuses or answers 503 for a while. */
    public void startAgainWithoutWaiting() {
        launch();
    }

    /** Waits until {@code GET /health} is ok. After a restart collections may still be loading then. */
    public void awaitHealthy() {
        TypesenseAdmin probe = new TypesenseAdmin(uri(), apiKey, Duration.ofSeconds(2), trust);
        running().awaitReady(START_LIMIT, () -> isHealthy(probe));
    }

    /** SIGSTOP: connections stay open and nothing is answered. */
    public void pause() {
        running().signal("STOP");
    }

    /** SIGCONT, after {@link #pause()}. */
    public void resume() {
        running().signal("CONT");
    }

    /** The last lines of the server's log. */
    public String logTail() {
        return running().logTail();
    }

    /** Kills the server; deletes its data where the folder was temporary. Harmless when called again. */
    @Override
    public void close() {
        OpenServers.remove(closing);
        kill();
        if (deleteData) {
            Folders.delete(data);
        }
    }

    private void startOnFreePorts() {
        for (int attempt = 1; ; attempt++) {
            port = FreePorts.next();
            peeringPort = FreePorts.next();
            launch();
            try {
                awaitHealthy();
                return;
            } catch (IllegalStateException e) {
                if (!PORT_TAKEN.matcher(String.valueOf(e.getMessage())).find() || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void launch() {
        ServerProcess current = process;
        if (current != null && current.isAlive()) {
            throw new IllegalStateException("Typesense is running already, pid " + current.pid());
        }
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--data-dir=" + data.toAbsolutePath(),
                "--api-key=" + apiKey,
                "--api-address=127.0.0.1",
                "--api-port=" + port,
                "--peering-address=127.0.0.1",
                "--peering-port=" + peeringPort));
        if (shown != null) {
            command.add("--ssl-certificate=" + shown.certificate());
            command.add("--ssl-certificate-key=" + shown.key());
        }
        process = ServerProcess.start("Typesense", List.of(), "KILL", command, data.resolve("typesense.log"));
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
            return probe.get("/health").contains("\"ok\":true");
        } catch (IllegalStateException | UncheckedIOException notYet) {
            return false;
        }
    }

    private static final class Shared {
        static final TypesenseServer SERVER = TypesenseServer.start();
    }
}
