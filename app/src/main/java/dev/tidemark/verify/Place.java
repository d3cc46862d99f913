package dev.tidemark.verify;

import dev.tidemark.collection.Target;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one entry of {@code documents:} in one collection.
 *
 * @param index its number in the comparison
 * @param target writes them; null if a row names a collection that the pipeline has not created yet
 */
record Place(
        int index, Entry entry, String collection, @Nullable Target target) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Place place && place.index == index && place.entry == entry;
    }

    @Override
    public int hashCode() {
        return index;
    }
}
