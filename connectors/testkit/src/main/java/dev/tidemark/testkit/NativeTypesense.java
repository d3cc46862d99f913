package dev.tidemark.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Typesense as a child process. */
final class NativeTypesense implements ServerHome {

    private static final Pattern PORT_TAKEN = Pattern.compile("Fail(ed)? to listen");

    private final Path binary;
    private final Path data;
    private final boolean deleteData;
    private final String apiKey;
    private int port;
    private int peeringPort;

    private NativeTypesense(Path binary, Path data, boolean deleteData, String apiKey) {
        this.binary = binary;
        this.data = data;
        this.deleteData = deleteData;
        this.apiKey = apiKey;
    }

    /** With its data in a temporary folder. */
    static NativeTypesense temporary(String apiKey) {
        Path binary = TypesenseBinary.find(); // before the folder: nothing is left behind where there is none
        return new NativeTypesense(binary, Folders.temporary("tidemark-typesense"), true, apiKey);
    }

    /** On this data folder, which is created where it is missing and never deleted. */
    static NativeTypesense on(Path data, String apiKey) {
        return new NativeTypesense(TypesenseBinary.find(), data, false, apiKey);
    }

    @Override
    public ServerProcess start(int newPort) {
        if (newPort != port) { // the peers' port, too, is the same after a restart: it is part of the data
            port = newPort;
            peeringPort = FreePorts.next();
        }
        List<String> command = List.of(
                binary.toString(),
                "--data-dir=" + data.toAbsolutePath(),
                "--api-key=" + apiKey,
                "--api-address=127.0.0.1",
                "--api-port=" + port,
                "--peering-address=127.0.0.1",
                "--peering-port=" + peeringPort);
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
            Folders.delete(data);
        }
    }
}
