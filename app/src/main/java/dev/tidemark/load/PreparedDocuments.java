package dev.tidemark.load;

import dev.tidemark.collection.Target;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.sink.Document;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a chunk as documents of one collection, mapped by a reader.
 *
 * @param asOf the collection's mapper at that time: if it has another one, the rows are to be mapped again
 * @param documents one for each row; one that {@linkplain #isLeftOut stands for none}, or null if the row needs more than its document, such as a dead letter
 * @param missing the fields that the collection requires and some of the rows have no value for
 */
public record PreparedDocuments(
        Target target, DocumentMapper asOf, List<@Nullable Document> documents, Set<String> missing) {

    /** Stands for a row that is not a document, by the configuration, in a collection that cannot have one of it. */
    static final Document LEFT_OUT = new Document("", new byte[0]);

    /** Returns the bytes of the documents. */
    long bytes() {
        long bytes = 0;
        for (Document document : documents) {
            bytes += document == null ? 0 : document.json().length;
        }
        return bytes;
    }

    /** Returns whether it stands for a row that is not a document. */
    public static boolean isLeftOut(Document document) {
        return document.id().isEmpty();
    }
}
