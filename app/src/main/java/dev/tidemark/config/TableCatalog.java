package dev.tidemark.config;

import dev.tidemark.connector.data.TableId;
import java.util.List;

/** Catalog of the database's tables; queried only if the configuration names tables by a pattern. */
@FunctionalInterface
public interface TableCatalog {

    /**
     * Returns all tables that patterns may match.
     *
     * @param draft the configuration without the documents of patterns; contains the server and the user to query with
     * @throws dev.tidemark.connector.SourceException if the database is unavailable
     */
    List<TableId> tables(Config draft);
}
