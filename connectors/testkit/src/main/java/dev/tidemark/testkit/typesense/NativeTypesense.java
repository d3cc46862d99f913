package dev.tidemark.testkit.typesense;

import dev.tidemark.testkit.Certificates;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.NativeProcess;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Typesense as a child process. */
final class NativeTypesense implements ServerHome {

    private static final Pattern PORT_TAKEN = Pattern.compile("Fail(ed)? to listen");

    private final Path binary;
    private final Path data;
    private final boolean deleteData;
    private final String apiKey;
    private final Certificates.@Nullable Issued shown;
    private int port;
    private int peeringPort;

    private NativeTypesense(
            Path binary, Path data, boolean deleteData, String apiKey, Certificates.@Nullable Issued shown) {
        this.binary = binary;
        this.data = data;
        this.deleteData = deleteData;
        this.apiKey = apiKey;
        this.shown = shown;
    }

    /** Returns a server with its data in a temporary directory. */
    static NativeTypesense temporary(String apiKey) {
        return temporary(apiKey, null);
    }

    /** Creates the same as {@link #temporary}, over HTTPS. */
    static NativeTypesense showing(Certificates.Issued certificate, String apiKey) {
        return temporary(apiKey, certificate);
    }

    private static NativeTypesense temporary(String apiKey, Certificates.@Nullable Issued shown) {
        Path binary = TypesenseBinary.find(); // before the directory: nothing is left behind if there is none
        return new NativeTypesense(binary, Directories.temporary("tidemark-typesense"), true, apiKey, shown);
    }

    /** Returns a server on this data directory, which is created if it is missing and never deleted. */
    static NativeTypesense on(Path data, String apiKey) {
        return new NativeTypesense(TypesenseBinary.find(), data, false, apiKey, null);
    }

    @Override
    public ServerProcess start(int newPort) {
        if (newPort != port) { // the peers' port, too, is the same after a restart: it is part of the data
            port = newPort;
            peeringPort = FreePorts.next();
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
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + data, e);
        }
        return NativeProcess.start("Typesense", List.of(), "KILL", command, data.resolve("typesense.log"));
    }

    @Override
    public boolean isPortTaken(IllegalStateException failure) {
        return PORT_TAKEN.matcher(String.valueOf(failure.getMessage())).find();
    }

    @Override
    public void delete() {
        if (deleteData) {
            Directories.delete(data);
        }
    }
}
