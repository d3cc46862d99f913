package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.DocumentMapper.Verdict;
import dev.tidemark.document.value.ValueRejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Selection of the rows of one collection's flush that are documents, by {@code where} and {@code softDelete}. One thread. */
final class Selection {

    private final Target target;
    private final boolean mayHold;
    private final Map<String, Row> kept = new HashMap<>();

    /**
     * Verdicts on rows that had not been judged yet.
     *
     * @param out ids of rows that are not documents
     * @param faulty why others cannot be judged, by their ids
     */
    record Judged(List<String> out, Map<String, String> faulty) {}

    /**
     * Creates a selection that has judged nothing.
     *
     * @param mayHold whether the collection may hold documents of rows that a snapshot reads: else those that it leaves out
     *     need no delete
     */
    Selection(Target target, boolean mayHold) {
        this.target = target;
        this.mayHold = mayHold;
    }

    /** Judges what is pending. A row of which too little is known stays unjudged: it is read first. */
    Judged judge(Map<String, Batch.Write> pending) {
        Judged judged = new Judged(new ArrayList<>(), new LinkedHashMap<>());
        if (target.mapper().isSelective()) {
            pending.forEach((id, write) -> {
                Row row = write.row();
                if (row != null && kept.get(id) != row) {
                    judge(id, row, judged);
                }
            });
        }
        return judged;
    }

    private void judge(String id, Row row, Judged judged) {
        try {
            switch (target.mapper().verdict(row)) {
                case KEPT -> kept.put(id, row);
                case LEFT_OUT -> judged.out.add(id);
                case UNKNOWN -> {
                    // its row is read first
                }
            }
        } catch (ValueRejectedException e) {
            judged.faulty.put(id, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            judged.faulty.put(id, MappedDocuments.FAULT + e);
        }
    }

    /** Forgets a row that was written: it may be wide. */
    void forget(String id) {
        kept.remove(id);
    }

    /** Returns whether a write without an id is of a row that need not have one. */
    boolean isLeftOut(Batch.Write write) {
        Row row = write.row();
        try {
            return row != null && target.mapper().verdict(row) == Verdict.LEFT_OUT;
        } catch (ValueRejectedException e) {
            return false;
        }
    }

    /** Returns whether a row that is not a document may have been one, so that a delete has to be sent. */
    boolean mayHaveBeenOne(Batch.Write write) {
        return mayHold || !(write.event().change() instanceof Change.Upsert upsert && upsert.loaded());
    }
}
