package dev.tidemark.flush.reload;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import dev.tidemark.flush.write.LoadedDocuments;
import dev.tidemark.load.Chunk;
import dev.tidemark.load.PreparedDocuments;
import dev.tidemark.sink.Document;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forms what is to be written of a chunk, without the rows that changed since it was read. Flush thread only. */
final class PageBuilder {

    private final Chunk chunk;
    private final Targets targets;
    private final long position;
    /** By row, whether it did not change. */
    private final boolean[] kept;
    /** By row, whether one of its documents is not mapped. */
    private final boolean[] odd;

    PageBuilder(Chunk chunk, Targets targets, TouchedRows touched, long position) {
        this.chunk = chunk;
        this.targets = targets;
        this.position = position;
        List<Row> rows = chunk.rows();
        this.kept = new boolean[rows.size()];
        this.odd = new boolean[rows.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = !touched.isTouched(rows.get(i), chunk.sequence());
        }
    }

    ChunkWriter.Page build() {
        List<LoadedDocuments> documents =
                chunk.prepared().stream().map(this::documents).toList();
        boolean others = !targets.isPlain(chunk.load().table());
        List<ChangeEvent> ofOthers = new ArrayList<>();
        List<ChangeEvent> oddRows = new ArrayList<>();
        int size = 0;
        for (int i = 0; i < kept.length; i++) {
            if (kept[i]) {
                size++;
                Row row = chunk.rows().get(i);
                if (others) {
                    ofOthers.add(event(row, position));
                }
                if (odd[i]) {
                    oddRows.add(event(row, position));
                }
            }
        }
        return new ChunkWriter.Page(chunk, documents, ofOthers, oddRows, size, position);
    }

    private LoadedDocuments documents(PreparedDocuments prepared) {
        boolean current = prepared.asOf() == prepared.target().mapper();
        LoadedDocuments loaded = new LoadedDocuments(prepared.target(), prepared.missing());
        for (int i = 0; i < kept.length; i++) {
            @Nullable Document document = current ? prepared.documents().get(i) : null;
            if (document == null) {
                odd[i] = true;
            } else if (kept[i] && !PreparedDocuments.isLeftOut(document)) {
                loaded.add(document, chunk.rows().get(i));
            } else if (kept[i]) {
                loaded.leftOut();
            }
        }
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
}
