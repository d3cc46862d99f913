package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.value.InvalidRowException;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Rows of one collection as documents.
 *
 * @param documents ready to be sent
 * @param unmapped why others are not, by their ids
 * @param invalid ids of rows that break a rule and are to have no document
 * @param taken how many rows all these are
 */
public record MappedDocuments(List<Document> documents, Map<String, String> unmapped, List<String> invalid, int taken) {

    /** Prefix of the reason of a dead letter for an unexpected failure. */
    public static final String FAULT = "this is a fault of Tidemark, please report it: ";

    /** Returns no documents, only the reasons why these rows have none. */
    static MappedDocuments unmapped(Map<String, String> reasons) {
        return new MappedDocuments(List.of(), reasons, List.of(), reasons.size());
    }

    /**
     * Maps rows that are to be written, each in full or the fields that changed.
     *
     * @param writes by their ids, none of them a delete; as many of the first as are taken
     * @param most bytes of documents; once they are reached, no further row is taken
     * @throws SinkException if a row breaks a rule that stops everything
     */
    static MappedDocuments of(Target target, List<Map.Entry<String, Batch.Write>> writes, long most)
            throws SinkException {
        MappedDocuments mapped = new MappedDocuments(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>(), 0);
        long bytes = 0;
        int taken = 0;
        List<String> stopping = new ArrayList<>();
        for (Map.Entry<String, Batch.Write> write : writes) {
            bytes += mapped.add(target, write.getKey(), write.getValue(), stopping);
            taken++;
            if (bytes >= most) {
                break;
            }
        }
        if (!stopping.isEmpty()) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "invalid",
                    "document " + stopping.get(0) + " (" + stopping.size() + " in this flush for collection "
                            + target.collection() + ")",
                    "onInvalid is 'stop': change the row and restart, or set onInvalid: dead-letter or skip",
                    null);
        }
        return new MappedDocuments(mapped.documents, mapped.unmapped, mapped.invalid, taken);
    }

    /** Returns the bytes of the document, 0 if there is none. */
    private int add(Target target, String id, Batch.Write write, List<String> stopping) {
        DocumentMapper mapper = target.mapper();
        Row row = Objects.requireNonNull(write.row(), "a delete has no document");
        try {
            Document document = write.isFull() ? mapper.map(id, row) : mapper.map(id, row, write.changed());
            documents.add(document);
            return document.json().length;
        } catch (InvalidRowException e) {
            switch (target.config().validation().onInvalid()) {
                case DEAD_LETTER -> unmapped.put(id, e.getMessage());
                case SKIP -> invalid.add(id);
                case STOP -> stopping.add("'" + id + "' of table " + target.table() + ": " + e.getMessage());
            }
        } catch (ValueRejectedException e) {
            unmapped.put(id, e.getMessage());
        } catch (RuntimeException e) {
            // One row must not stop all others indefinitely: it is kept, and its reason contains what to report.
            unmapped.put(id, FAULT + e);
        }
        return 0;
    }
}
