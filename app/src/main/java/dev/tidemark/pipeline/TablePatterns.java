package dev.tidemark.pipeline;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigException;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import java.util.List;

/** A configuration that names tables by patterns. Any thread. */
public interface TablePatterns {

    /**
     * Returns the tables of the database that patterns may match.
     *
     * @throws SourceException if the database cannot be queried now
     */
    List<TableId> tables();

    /**
     * Returns the configuration with those of the tables that its patterns match.
     *
     * @throws ConfigException if it is invalid with them
     */
    Config with(List<TableId> tables);
}
