package dev.tidemark.collection;

import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A collection of joined documents.
 *
 * @param target its collection, with the columns that the join yields
 * @param join what the documents consist of
 * @param reader reads them; used by one thread at a time
 */
public record JoinedTarget(Target target, Join join, JoinReader reader) implements AutoCloseable {

    /**
     * Returns those of the collections that are of joined documents, each with a reader, which has to be closed.
     *
     * @param readers creates them; opens nothing
     */
    public static List<JoinedTarget> of(List<Target> targets, Function<Join, JoinReader> readers) {
        List<JoinedTarget> all = new ArrayList<>();
        for (Target target : targets) {
            if (target.config().source() instanceof DocumentSource.Joined joined) {
                Join join = joined.join();
                all.add(new JoinedTarget(target, join, readers.apply(join)));
            }
        }
        return all;
    }

    @Override
    public void close() {
        reader.close();
    }
}
