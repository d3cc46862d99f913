package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.data.Row;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Progress of a read by keys: another attempt reads those whose row was not handed over. One thread. */
final class KeyProgress {

    private final int count;
    private final Consumer<Row> found;
    private final BitSet done = new BitSet();

    /** @param count how many keys there are */
    KeyProgress(int count, Consumer<Row> found) {
        this.count = count;
        this.found = found;
    }

    /** Returns the indexes of keys that are still to be read. */
    List<Integer> left() {
        return IntStream.range(0, count).filter(key -> !done.get(key)).boxed().toList();
    }

    /** Hands the row of a key over. */
    void found(int key, Row row) {
        done.set(key);
        found.accept(row);
    }

    /** Records that all rows of these keys were handed over. */
    void done(List<Integer> keys) {
        keys.forEach(done::set);
    }
}
