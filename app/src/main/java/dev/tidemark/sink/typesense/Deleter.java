package dev.tidemark.sink.typesense;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.DeleteFilter.Group;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Paths;
import java.util.ArrayList;
import java.util.List;

/** Deletes documents: by filter if the id allows it, else one by one. */
final class Deleter {

    /** Max number of ids that a pass of truncating keeps in memory. */
    private static final int PASS = 50_000;

    private final Cluster cluster;
    private final Collections collections;
    private final IdExport export;

    Deleter(Cluster cluster, Collections collections, IdExport export) {
        this.cluster = cluster;
        this.collections = collections;
        this.export = export;
    }

    void delete(String collection, List<String> ids) throws SinkException, InterruptedException {
        DeleteFilter plan = DeleteFilter.of(ids, prefix(collection));
        for (Group group : plan.filters()) {
            byFilter(collection, group);
        }
        for (String id : plan.single()) {
            byPath(collection, id);
        }
    }

    long deleteBy(String collection, String filter) throws SinkException, InterruptedException {
        Answer answer = cluster.write(collection, Call.delete(Paths.deleteBy(collection, filter), cluster.timeout()));
        deleted(collection, answer);
        return answer.json().path("num_deleted").asLong();
    }

    /** Deletes everything; {@code truncate=true} exists from 28, and no filter of 0.24 matches all. */
    void truncate(String collection, boolean atOnce) throws SinkException, InterruptedException {
        if (atOnce) {
            deleted(collection, cluster.write(collection, Call.delete(Paths.truncate(collection), cluster.timeout())));
            return;
        }
        cluster.settleAgain(collection); // Half a collection looks empty.
        long left = documents(collection);
        while (left > 0) {
            List<String> ids = new ArrayList<>();
            export.first(collection, PASS, ids::add);
            delete(collection, ids);
            long now = documents(collection);
            if (now >= left) {
                throw cluster.unsettled(
                        "still has " + now + " documents in \"" + collection + "\" after a pass of deleting them all");
            }
            left = now;
        }
    }

    private long documents(String collection) throws SinkException, InterruptedException {
        return collections.require(collection).documents();
    }

    private void byFilter(String collection, Group group) throws SinkException, InterruptedException {
        // No batch_size: with it a later import was answered while the delete still ran.
        Answer answer =
                cluster.write(collection, Call.delete(Paths.deleteBy(collection, group.filter()), cluster.timeout()));
        if (answer.ok() || answer.status() == 404) {
            deleted(collection, answer);
            return;
        }
        for (String id : group.ids()) { // Such as 414 of a proxy: the shorter address may pass.
            byPath(collection, id);
        }
    }

    private void deleted(String collection, Answer answer) throws SinkException, InterruptedException {
        if (answer.status() == 404) {
            throw cluster.missingFailure(collection);
        } else if (!answer.ok()) {
            throw Failures.rejected(answer, "Check Typesense's log");
        } else if (!answer.json().path("num_deleted").isNumber()) {
            throw cluster.damaged(collection, answer, "it lacks num_deleted");
        }
    }

    private void byPath(String collection, String id) throws SinkException, InterruptedException {
        Answer answer = cluster.write(collection, Call.delete(Paths.document(collection, id), cluster.timeout()));
        if (answer.ok()) {
            if (!answer.json().isObject()) {
                throw cluster.damaged(collection, answer, "it is not the deleted document");
            }
        } else if (answer.status() != 404) {
            throw Failures.rejected(answer, "Delete this document by hand, or allow longer addresses in the proxy");
        } else if (!answer.message().startsWith("Could not find a document") && cluster.missing(collection)) {
            // Without that message it may be the collection that does not exist.
            throw Failures.missing(collection, cluster.node());
        }
    }

    private int prefix(String collection) {
        return cluster.node().toString().length()
                + Paths.collection(collection).length()
                + "/documents?filter_by=".length();
    }
}
