package dev.tidemark.verify;

import dev.tidemark.collection.Target;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one entry of {@code documents:} in one collection.
 *
 * @param index its number in the comparison
 * @param writer what writes them now; none if a row names a collection that the pipeline has not created yet
 */
record Place(int index, Entry entry, String collection, Supplier<@Nullable Target> writer) {

    /** Returns what writes them; null if the collection does not exist yet. It may be created at any time. */
    @Nullable
    Target target() {
        return writer.get();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Place place && place.index == index && place.entry == entry;
    }

    @Override
    public int hashCode() {
        return index;
    }
}
