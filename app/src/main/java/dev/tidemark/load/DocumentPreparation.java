package dev.tidemark.load;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.DocumentMapper.Verdict;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.sink.Document;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Maps rows to documents for a reader, with mappers of its own. One thread. */
final class DocumentPreparation {

    private final Map<Target, Own> mappers = new IdentityHashMap<>();

    private record Own(DocumentMapper asOf, DocumentMapper mapper) {}

    /**
     * Maps rows of one schema.
     *
     * @param mayHold whether the collection may hold documents of rows that are left out now
     */
    PreparedDocuments prepare(Target target, List<Row> rows, boolean mayHold) {
        Own own = own(target);
        List<@Nullable Document> documents = new ArrayList<>(rows.size());
        Set<String> missing = new HashSet<>();
        RowSchema schema = rows.get(0).schema();
        DocumentIds ids = own.mapper().ids(schema);
        for (Row row : rows) {
            Document document = map(own.mapper(), ids, row, mayHold);
            documents.add(document);
            if (document != null && !PreparedDocuments.isLeftOut(document)) {
                missing.addAll(own.mapper().missing(row));
            }
        }
        return new PreparedDocuments(target, own.asOf(), documents, missing);
    }

    private Own own(Target target) {
        DocumentMapper now = target.mapper();
        Own own = mappers.get(target);
        if (own == null || own.asOf() != now) {
            own = new Own(now, new DocumentMapper(target.config(), target.key(), target.collectionInfo()));
            mappers.put(target, own);
        }
        return own;
    }

    /** Returns null if the flush has to decide: what fails here fails there, with all that follows from it. */
    private static @Nullable Document map(DocumentMapper mapper, DocumentIds ids, Row row, boolean mayHold) {
        try {
            Verdict verdict = mapper.verdict(row);
            if (verdict != Verdict.KEPT) {
                return verdict == Verdict.LEFT_OUT && !mayHold ? PreparedDocuments.LEFT_OUT : null;
            }
            String id = ids.of(row);
            return id == null || id.isEmpty() ? null : mapper.map(id, row);
        } catch (ValueRejectedException | RuntimeException e) {
            return null;
        }
    }
}
