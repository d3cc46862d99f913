package dev.tidemark.deadletter;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Filter of dead letters: selects those that match all of its components. A component that is null or empty matches any.
 *
 * @param collection their collection
 * @param error text that their error contains, case-insensitive
 * @param since written then or later
 * @param until written before
 * @param ids their documents' ids
 */
public record DeadLetterFilter(
        @Nullable String collection,
        @Nullable String error,
        @Nullable Instant since,
        @Nullable Instant until,
        Set<String> ids) {

    public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null, Set.of());

    public DeadLetterFilter {
        ids = Set.copyOf(ids);
        error = error == null ? null : error.toLowerCase(Locale.ROOT);
    }

    /** Returns a filter that selects all of a collection; all of every collection if it is null. */
    public static DeadLetterFilter of(@Nullable String collection) {
        return new DeadLetterFilter(collection, null, null, null, Set.of());
    }

    /** Returns whether it has no condition, so that it selects all. */
    public boolean isEmpty() {
        return collection == null && coversCollections();
    }

    /** Returns whether it has no condition other than the collection. */
    boolean coversCollections() {
        return error == null && since == null && until == null && ids.isEmpty();
    }

    boolean fits(DeadLetter deadLetter) {
        return (collection == null || deadLetter.collection().equals(collection))
                && (ids.isEmpty() || ids.contains(deadLetter.id()))
                && (since == null || !deadLetter.time().isBefore(since))
                && (until == null || deadLetter.time().isBefore(until))
                && (error == null || deadLetter.error().toLowerCase(Locale.ROOT).contains(error));
    }
}
