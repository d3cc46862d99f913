package dev.tidemark.fault;

import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Path;

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
        Directories.delete(data);
        Directories.copy(backup.resolve("typesense"), data);
        server.restart();
    }

    @Override
    public void close() {
        server.close();
        Directories.delete(directory);
    }
}
