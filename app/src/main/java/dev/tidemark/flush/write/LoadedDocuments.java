package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Row;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Documents of rows that a load has read and mapped, for one collection. {@link #attempt} may be called again after a failure: what
 * is already durable is not sent twice. Their ids are in no other request.
 */
public final class LoadedDocuments implements ParallelFlush.Part {

    /** Documents of one request. */
    private static final int SLICE = 5_000;

    private final Target target;
    private final List<Document> documents = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> rejected = new ArrayList<>();
    private final Set<String> missing = new HashSet<>();
    private long leftOut;
    private int durable;

    public LoadedDocuments(Target target) {
        this.target = target;
    }

    /** Adds the document of a row. */
    public void add(Document document, Row row) {
        documents.add(document);
        rows.add(row);
    }

    /** Counts a row that is not a document, by the configuration. */
    public void leftOut() {
        leftOut++;
    }

    /** Adds fields that the collection requires and some of the rows have no value for. */
    public void missing(Set<String> fields) {
        missing.addAll(fields);
    }

    long leftOutRows() {
        return leftOut;
    }

    /** Lets the collection follow the columns of the rows. */
    public void follow(Sink sink) throws SinkException, InterruptedException {
        if (!rows.isEmpty()) {
            target.follow(rows.get(0).schema(), Set.of(), sink);
            if (!missing.isEmpty()) {
                target.follow(rows.get(0).schema(), missing, sink);
            }
        }
    }

    public Target target() {
        return target;
    }

    /** Returns the documents, those that were rejected among them. */
    public List<Document> documents() {
        return documents;
    }

    /** Returns the rows whose documents were rejected; each is to be written once more in the way that keeps dead letters. */
    public List<Row> rejected() {
        return rejected;
    }

    /** Returns the ids of the documents that were not rejected. */
    public List<String> written() {
        Set<Row> not = Collections.newSetFromMap(new IdentityHashMap<>());
        not.addAll(rejected);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            if (!not.contains(rows.get(i))) {
                ids.add(documents.get(i).id());
            }
        }
        return ids;
    }

    @Override
    public void attempt(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException {
        while (durable < documents.size()) {
            int to = Math.min(documents.size(), durable + SLICE);
            List<Document> slice = documents.subList(durable, to);
            target.jsonTypes().prepare(sink, slice);
            List<Rejection> rejections =
                    target.jsonTypes().resend(sink, slice, sink.upsert(target.collection(), slice));
            for (Rejection rejection : rejections) {
                rejected.add(rows.get(durable + rejection.index()));
            }
            durable = to;
        }
    }
}
