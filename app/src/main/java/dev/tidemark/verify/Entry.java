package dev.tidemark.verify;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.verify.hash.Fields;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An entry of {@code documents:} as verification reads it: rows, as the documents that they are to be. One thread. */
interface Entry {

    TableId table();

    /** Returns whether an id contains the key of its row. */
    boolean hasKeys();

    /** Returns whether the document's id is of this entry, by its prefix. */
    boolean owns(String id);

    /** Returns the texts of the key in an id; null if it contains none. */
    String @Nullable [] key(String id);

    /** Returns the fields that the mapping writes into a collection, for rows as they were read last. */
    Fields fields(String collection);

    /**
     * Reads all rows.
     *
     * @param withKeys whether the keys of the rows are wanted
     * @throws dev.tidemark.connector.SourceException if the database cannot be read now
     */
    void scan(boolean withKeys, Consumer<Outcome> each) throws InterruptedException;

    /**
     * Reads the rows of documents, by the keys in their ids; rows that do not exist, and ids that contain no key, are left out.
     *
     * @throws dev.tidemark.connector.SourceException if the database cannot be read now
     */
    void read(String collection, List<String> ids, Consumer<Outcome> each) throws InterruptedException;
}
