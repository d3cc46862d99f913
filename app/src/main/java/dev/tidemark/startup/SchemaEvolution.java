package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkException;
import java.util.Optional;

/** Changes to an existing collection before it is written to. */
@FunctionalInterface
public interface SchemaEvolution {

    /** It stays as it is. */
    SchemaEvolution NONE = (document, table, found) -> found;

    /** Alters the collection if needed; returns it as it is afterwards. */
    Optional<CollectionInfo> apply(Config.Document document, TableInfo table, Optional<CollectionInfo> found)
            throws SinkException, InterruptedException;
}
