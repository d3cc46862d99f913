package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Record of the columns that documents were written from. Flush thread only. */
public interface ColumnRecord {

    /**
     * Records that documents of this target were written from rows of other columns or types than before; durable when this
     * returns. Before the offset is committed: no replay would show it again.
     */
    void mixed(Target target) throws IOException;

    /**
     * Returns the columns ({@link dev.tidemark.document.Columns}) that documents of all rows were written from, or will be when
     * the table was loaded.
     *
     * @param record the document's {@link dev.tidemark.config.Config.Document#recordName}
     * @return null if nothing is recorded
     */
    default @Nullable List<String> followed(String record) {
        return null;
    }

    /** Records these columns; durable when this returns. */
    default void followed(String record, List<String> columns) throws IOException {}
}
