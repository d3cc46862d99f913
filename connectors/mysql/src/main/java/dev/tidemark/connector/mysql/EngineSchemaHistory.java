package dev.tidemark.connector.mysql;

import io.debezium.config.Configuration;
import io.debezium.document.DocumentReader;
import io.debezium.document.DocumentWriter;
import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistory;
import io.debezium.relational.history.SchemaHistoryException;
import io.debezium.relational.history.SchemaHistoryListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Debezium's schema history on top of a {@link SchemaHistoryFile}. The engine makes it by its class name. */
public final class EngineSchemaHistory extends AbstractSchemaHistory {

    /** The engine property that names the file. */
    static final String FILE = SchemaHistory.CONFIGURATION_FIELD_PREFIX_STRING + "tidemark.file";

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
            file().mend();
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
            for (String line : file().read()) {
                records.accept(new HistoryRecord(reader.read(line)));
            }
        } catch (IOException e) {
            throw new SchemaHistoryException(e.getMessage(), e);
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
        return true; // the state folder is there, and the file comes with its first record
    }

    private SchemaHistoryFile file() {
        SchemaHistoryFile configured = file;
        if (configured == null) {
            throw new IllegalStateException("the schema history is used before it is configured");
        }
        return configured;
    }
}
