package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.data.TableId;
import io.debezium.document.Array;
import io.debezium.document.DocumentReader;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.JsonTableChangeSerializer;
import io.debezium.relational.history.TableChanges.TableChange;
import io.debezium.relational.history.TableChanges.TableChangeType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/** The tables that a schema history contains. One thread. */
public final class RecordedTables {

    private final Set<io.debezium.relational.TableId> tables = new HashSet<>();
    private final JsonTableChangeSerializer changes = new JsonTableChangeSerializer();
    private final DocumentReader reader = DocumentReader.defaultReader();

    private RecordedTables() {}

    /**
     * Returns the tables of a history; all of it is read.
     *
     * @throws IOException if it cannot be read or is damaged; the message is for the operator
     */
    public static RecordedTables of(SchemaHistoryFile history) throws IOException {
        RecordedTables recorded = new RecordedTables();
        try {
            history.forEach(recorded::take);
        } catch (UncheckedIOException e) {
            throw new IOException("a line of " + history.path() + " is not JSON: " + e.getMessage(), e);
        }
        return recorded;
    }

    private void take(String line) {
        try {
            Array changed = reader.read(line).getArray(HistoryRecord.Fields.TABLE_CHANGES);
            if (changed != null) {
                changes.deserialize(changed, true).forEach(this::take);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(TableChange change) {
        if (change.getPreviousId() != null) {
            tables.remove(change.getPreviousId());
        }
        if (change.getType() == TableChangeType.DROP) {
            tables.remove(change.getId());
        } else {
            tables.add(change.getId());
        }
    }

    /** Returns whether the table was recorded, and not dropped after that. */
    public boolean contains(TableId table) {
        return tables.contains(SchemaCheck.id(table));
    }

    /** Returns whether tables of the database are recorded: then every later statement about its tables is, too. */
    public boolean containsDatabase(String database) {
        return tables.stream().anyMatch(table -> database.equals(table.catalog()));
    }
}
