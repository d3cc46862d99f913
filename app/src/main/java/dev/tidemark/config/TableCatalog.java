package dev.tidemark.config;

import dev.tidemark.connector.data.TableId;
import java.util.List;

/** What tables the database has; asked only where the configuration names tables by a pattern. */
@FunctionalInterface
public interface TableCatalog {

    /**
     * All tables that patterns may match.
     *
     * @param draft the configuration without the documents of patterns; where and as whom to ask
     * @throws dev.tidemark.connector.SourceException where the database is away
     */
    List<TableId> tables(Config draft);
}
