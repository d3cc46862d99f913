package dev.tidemark.fault;

import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A Typesense server whose data directory can be put back from a backup. */
final class LosableTypesense implements AutoCloseable {

    private final Path directory;
    private final Path data;
    private final TypesenseServer server;

    LosableTypesense() {
        directory = Directories.temporary("tidemark-restore");
        data = directory.resolve("data");
        server = TypesenseServer.start(data);
    }

    TypesenseServer server() {
        return server;
    }

    /** As the operator does it: the data directory is replaced by the snapshot's. */
    void restoreFrom(Path backup) throws IOException {
        server.kill();
        delete(data);
        copy(backup.resolve("typesense"), data);
        server.restart();
    }

    @Override
    public void close() throws IOException {
        server.close();
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(directory)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.delete(each);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        for (Path each : all) {
            Files.copy(each, to.resolve(from.relativize(each)));
        }
    }
}
