package dev.tidemark.connector.mysql.schema;

import io.debezium.config.Configuration;
import io.debezium.document.DocumentReader;
import io.debezium.document.DocumentWriter;
import io.debezium.relational.Tables;
import io.debezium.relational.ddl.DdlParser;
import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistory;
import io.debezium.relational.history.SchemaHistoryException;
import io.debezium.relational.history.SchemaHistoryListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Debezium's schema history on top of a {@link SchemaHistoryFile}. The engine creates it by its class name. */
public final class EngineSchemaHistory extends AbstractSchemaHistory {

    /** The engine property that names the file. */
    public static final String FILE = SchemaHistory.CONFIGURATION_FIELD_PREFIX_STRING + "tidemark.file";

    private static final Logger LOG = LoggerFactory.getLogger(EngineSchemaHistory.class);

    private static final long COMPACTED_ABOVE = 1 << 20;

    private final DocumentWriter writer = DocumentWriter.defaultWriter();
    private final DocumentReader reader = DocumentReader.defaultReader();
    private @Nullable SchemaHistoryFile file;

    @Override
    public void configure(
            Configuration config,
            HistoryRecordComparator theirs,
            SchemaHistoryListener listener,
            boolean useCatalogBeforeSchema) {
        super.configure(config, new HistoryOrder(), listener, useCatalogBeforeSchema);
        file = new SchemaHistoryFile(Path.of(config.getString(FILE)));
    }

    @Override
    public void start() {
        super.start();
        try {
            file().repair();
        } catch (IOException e) {
            throw new SchemaHistoryException(e.getMessage(), e);
        }
    }

    @Override
    protected void storeRecord(HistoryRecord record) {
        try {
            file().append(writer.write(record.document()));
        } catch (IOException e) {
            throw new SchemaHistoryException(
                    "the schema history " + file().path() + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    protected void recoverRecords(Consumer<HistoryRecord> records) {
        try {
            file().forEach(line -> records.accept(parsed(line)));
        } catch (IOException e) {
            throw new SchemaHistoryException(e.getMessage(), e);
        }
    }

    /**
     * Recovers the tables as they were at the stored offset, and compacts a history that has grown: the offset never goes back.
     */
    @Override
    public void recover(Map<Map<String, ?>, Map<String, ?>> offsets, Tables schema, DdlParser parser)
            throws InterruptedException {
        super.recover(offsets, schema, parser);
        try {
            if (offsets.size() == 1 && file().bytes() > COMPACTED_ABOVE) {
                compact(offsets.entrySet().iterator().next(), schema);
            }
        } catch (IOException e) {
            // The history is as it was: a full disk must not keep the tables from being read.
            LOG.warn("the schema history {} could not be compacted: {}", file().path(), e.getMessage());
        }
    }

    private void compact(Map.Entry<Map<String, ?>, Map<String, ?>> offset, Tables schema) throws IOException {
        long before = file().bytes();
        CompactHistory compact = new CompactHistory(offset.getKey(), offset.getValue(), schema);
        boolean done = file().replaceIfSmaller(out -> {
            file().forEach(line -> compact.statement(parsed(line)));
            compact.begin(record -> out.accept(write(record)));
            file().forEach(line -> {
                if (compact.isLater(parsed(line))) {
                    out.accept(line);
                }
            });
        });
        if (done) {
            LOG.info(
                    "the schema history was compacted from {} KB to {} KB: {} tables",
                    before >> 10,
                    file().bytes() >> 10,
                    schema.size());
        }
    }

    private HistoryRecord parsed(String line) {
        try {
            return new HistoryRecord(reader.read(line));
        } catch (IOException e) {
            throw new SchemaHistoryException(
                    "a line of the schema history " + file().path() + " is not JSON: " + e.getMessage(), e);
        }
    }

    private String write(HistoryRecord record) {
        try {
            return writer.write(record.document());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean exists() {
        try {
            return !file().isEmpty();
        } catch (IOException e) {
            throw new SchemaHistoryException(e.getMessage(), e);
        }
    }

    @Override
    public boolean storageExists() {
        return true; // the state directory is there, and the file comes with its first record
    }

    private SchemaHistoryFile file() {
        SchemaHistoryFile configured = file;
        if (configured == null) {
            throw new IllegalStateException("the schema history is used before it is configured");
        }
        return configured;
    }
}
