package dev.tidemark.flush.reload;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.write.LoadedDocuments;
import dev.tidemark.load.Chunk;
import dev.tidemark.load.PreparedDocuments;
import dev.tidemark.sink.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Forms what is to be written of chunks, without the rows that changed since they were read. Flush thread only. */
final class PageBuilder {

    private final Targets targets;
    private final TouchedRows touched;
    private final long position;
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<LoadedDocuments> documents = new ArrayList<>();
    /** Of collections whose requests must follow one another. */
    private final Map<Target, LoadedDocuments> inOrder = new IdentityHashMap<>();

    private final List<ChangeEvent> rows = new ArrayList<>();
    private final List<ChangeEvent> odd = new ArrayList<>();
    private final Map<TableId, Integer> sizes = new HashMap<>();

    PageBuilder(Targets targets, TouchedRows touched, long position) {
        this.targets = targets;
        this.touched = touched;
        this.position = position;
    }

    void add(Chunk chunk) {
        chunks.add(chunk);
        TableId table = chunk.load().table();
        List<Row> all = chunk.rows();
        boolean[] kept = new boolean[all.size()];
        int count = 0;
        for (int i = 0; i < kept.length; i++) {
            kept[i] = !touched.isTouched(all.get(i), chunk.sequence());
            count += kept[i] ? 1 : 0;
        }
        sizes.merge(table, count, Integer::sum);
        boolean[] isOdd = new boolean[all.size()];
        for (PreparedDocuments prepared : chunk.prepared()) {
            add(prepared, all, kept, isOdd);
        }
        boolean others = !targets.isPlain(table);
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] && others) {
                rows.add(event(all.get(i), position));
            }
            if (kept[i] && isOdd[i]) {
                odd.add(event(all.get(i), position));
            }
        }
    }

    private void add(PreparedDocuments prepared, List<Row> all, boolean[] kept, boolean[] isOdd) {
        boolean current = prepared.asOf() == prepared.target().mapper();
        LoadedDocuments to = loaded(prepared.target());
        for (int i = 0; i < kept.length; i++) {
            @Nullable Document document = current ? prepared.documents().get(i) : null;
            if (document == null) {
                isOdd[i] = true;
            } else if (kept[i] && !PreparedDocuments.isLeftOut(document)) {
                to.add(document, all.get(i));
            } else if (kept[i]) {
                to.leftOut();
            }
        }
        to.missing(prepared.missing());
    }

    private LoadedDocuments loaded(Target target) {
        if (target.collectionInfo().nested()) { // the types inside of JSON are decided by one thread
            return inOrder.computeIfAbsent(target, this::add);
        }
        return add(target);
    }

    private LoadedDocuments add(Target target) {
        LoadedDocuments loaded = new LoadedDocuments(target);
        documents.add(loaded);
        return loaded;
    }

    static ChangeEvent event(Row row, long position) {
        return new ChangeEvent(
                new Change.Upsert(null, row, Change.Upsert.Cause.LOAD),
                position,
                System.currentTimeMillis(),
                null,
                RowBytes.of(row));
    }

    ChunkWriter.Page build() {
        return new ChunkWriter.Page(chunks, documents, rows, odd, sizes, position);
    }
}
