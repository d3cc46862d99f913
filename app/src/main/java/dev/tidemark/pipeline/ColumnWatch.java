package dev.tidemark.pipeline;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.flush.ColumnRecord;
import dev.tidemark.flush.schema.CatalogColumns;
import dev.tidemark.startup.SourceSchemas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the flush what the catalog has of the tables' columns: an ALTER TABLE that no row follows is followed, too. One thread at
 * a time.
 */
final class ColumnWatch {

    private static final Logger log = LoggerFactory.getLogger(ColumnWatch.class);

    private final Config config;
    private final Connector connector;
    private final RowReader reader;
    private final ColumnRecord record;
    private final CatalogColumns catalog;

    ColumnWatch(Config config, Connector connector, RowReader reader, ColumnRecord record, CatalogColumns catalog) {
        this.config = config;
        this.connector = connector;
        this.reader = reader;
        this.record = record;
        this.catalog = catalog;
    }

    /** Checks once; if the database is unreachable or a table is missing, the next check decides. */
    void look() {
        try {
            SourceSchemas described = SourceSchemas.those(config, connector);
            for (Config.Document document : config.documents()) {
                TableInfo table = described.of(document);
                if (table != null) {
                    String name = document.recordName();
                    catalog.seen(name, table.schema(), record.followed(name), reader::logEnd);
                }
            }
        } catch (SourceException e) {
            log.debug("columns cannot be compared now: {}", e.getMessage());
        }
    }
}
