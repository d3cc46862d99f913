package dev.tidemark.deadletter;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that all of this fits. What is null or empty fits any.
 *
 * @param collection their collection
 * @param error what their error contains, in small letters or capitals
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

    /** All of a collection; of every one where it is null. */
    public static DeadLetterFilter of(@Nullable String collection) {
        return new DeadLetterFilter(collection, null, null, null, Set.of());
    }

    /** Whether it names nothing, so that all are meant. */
    public boolean isEmpty() {
        return collection == null && isWholeCollections();
    }

    /** Whether it tells apart nothing but collections. */
    boolean isWholeCollections() {
        return error == null && since == null && until == null && ids.isEmpty();
    }

    boolean fits(DeadLetter letter) {
        return (collection == null || letter.collection().equals(collection))
                && (ids.isEmpty() || ids.contains(letter.id()))
                && (since == null || !letter.time().isBefore(since))
                && (until == null || letter.time().isBefore(until))
                && (error == null || letter.error().toLowerCase(Locale.ROOT).contains(error));
    }
}
