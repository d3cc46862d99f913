package dev.tidemark.flush;

import dev.tidemark.connector.Row;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.InvalidRowException;
import dev.tidemark.document.ValueRejectedException;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one collection as documents.
 *
 * @param documents ready to be sent
 * @param unmapped why others are not, by their ids
 * @param invalid ids of rows that break a rule and are to have no document
 */
record MappedDocuments(List<Document> documents, Map<String, String> unmapped, List<String> invalid) {

    /** What the reason of a dead letter begins with where nobody foresaw it. */
    static final String FAULT = "this is a fault of Tidemark, please report it: ";

    private MappedDocuments() {
        this(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    }

    /** None, but reasons why they are none. */
    static MappedDocuments unmapped(Map<String, String> reasons) {
        return new MappedDocuments(List.of(), reasons, List.of());
    }

    boolean isEmpty() {
        return documents.isEmpty() && unmapped.isEmpty() && invalid.isEmpty();
    }

    /**
     * Maps what is pending.
     *
     * @param whole whether those that are written whole are meant, or those of which only some fields are
     * @throws SinkException where a row breaks a rule that stops everything
     */
    static MappedDocuments of(Target target, Map<String, Batch.Write> pending, boolean whole) throws SinkException {
        MappedDocuments mapped = new MappedDocuments();
        List<String> stopping = new ArrayList<>();
        pending.forEach((id, write) -> {
            Row row = write.row();
            if (row != null && write.isWhole() == whole) {
                mapped.add(target, id, write, row, stopping);
            }
        });
        if (!stopping.isEmpty()) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "invalid",
                    "document " + stopping.get(0) + " (" + stopping.size() + " in this flush for collection "
                            + target.collection() + ")",
                    "onInvalid is 'stop': change the row and restart, or set onInvalid: dead-letter or skip",
                    null);
        }
        return mapped;
    }

    private void add(Target target, String id, Batch.Write write, Row row, List<String> stopping) {
        DocumentMapper mapper = target.mapper();
        try {
            documents.add(write.isWhole() ? mapper.map(id, row) : mapper.map(id, row, write.changed()));
        } catch (InvalidRowException e) {
            switch (target.config().validation().onInvalid()) {
                case DEAD_LETTER -> unmapped.put(id, e.getMessage());
                case SKIP -> invalid.add(id);
                case STOP -> stopping.add("'" + id + "' of table " + target.table() + ": " + e.getMessage());
            }
        } catch (ValueRejectedException e) {
            unmapped.put(id, e.getMessage());
        } catch (RuntimeException e) {
            // One row must not stop all others for ever: it is kept, and tells what to report.
            unmapped.put(id, FAULT + e);
        }
    }
}
