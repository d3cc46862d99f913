package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.List;

/**
 * A TRUNCATE of one of several tables that feed a collection: deletes the documents of that table, which their ids identify,
 * and no others. Safe to repeat.
 */
final class SharedTruncate {

    /** Max number of ids that a pass keeps in memory (invariant 3); a larger table takes several passes. */
    private static final int PASS = 200_000;

    private final Sink sink;
    private final Target target;
    private final int pass;

    SharedTruncate(Sink sink, Target target) {
        this(sink, target, PASS);
    }

    SharedTruncate(Sink sink, Target target, int pass) {
        this.sink = sink;
        this.target = target;
        this.pass = pass;
    }

    void run() throws SinkException, InterruptedException {
        boolean more = true;
        while (more) {
            List<String> own = new ArrayList<>();
            sink.exportIds(target.collection(), id -> {
                if (own.size() < pass && target.owns(id)) {
                    own.add(id);
                }
            });
            if (!own.isEmpty()) {
                sink.delete(target.collection(), own);
            }
            more = own.size() == pass;
        }
    }
}
