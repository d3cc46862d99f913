package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Row;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Documents of the rows of one chunk that a load has read and mapped, for one collection. {@link #attempt} may be called again after
 * a failure. Their ids are in no other request.
 */
public final class LoadedDocuments implements ParallelFlush.Part {

    private final Target target;
    private final List<Document> documents = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> rejected = new ArrayList<>();
    private final Set<String> missing;
    private long leftOut;

    /** @param missing the fields that the collection requires and some of the rows have no value for */
    public LoadedDocuments(Target target, Set<String> missing) {
        this.target = target;
        this.missing = missing;
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
        if (documents.isEmpty()) {
            return;
        }
        target.jsonTypes().prepare(sink, documents);
        List<Rejection> rejections =
                target.jsonTypes().resend(sink, documents, sink.upsert(target.collection(), documents));
        rejections.forEach(rejection -> rejected.add(rows.get(rejection.index())));
    }
}
