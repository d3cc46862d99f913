package dev.tidemark.identity;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Doubt about a collection: it is no longer the one that was written to. It lasts until all tables that feed the collection
 * have been reloaded.
 *
 * @param collection its concrete name
 * @param number counts the doubts of this collection: what was begun before the newest does not end it
 * @param since when it was noticed, ISO-8601
 * @param stored what was known of the collection
 * @param found what was found instead
 * @param tables those that have not been reloaded since
 * @param sameSchema whether it has the fields that it had, so that documents can be written to it before a restart
 */
public record CollectionDoubt(
        String collection,
        long number,
        String since,
        String stored,
        String found,
        List<String> tables,
        boolean sameSchema) {

    public CollectionDoubt {
        tables = List.copyOf(new TreeSet<>(tables));
    }

    /** Returns what remains of the doubt after a table was reloaded. */
    CollectionDoubt without(String table) {
        Collection<String> left = new TreeSet<>(tables);
        left.remove(table);
        return new CollectionDoubt(collection, number, since, stored, found, List.copyOf(left), sameSchema);
    }

    /** Returns what is wrong, for operators. */
    public String message() {
        return "collection " + collection + " was deleted and created again, or emptied, by another client: stored: "
                + stored + "; found at " + since + ": " + found + ". Documents of rows of "
                + String.join(", ", tables) + " are missing";
    }

    /** Returns what ends it, for operators of a running service. */
    String hint() {
        String restart = "restart the service, which then loads its tables";
        return sameSchema
                ? "Run 'tidemark load --table " + String.join("' and 'tidemark load --table ", tables) + "', or "
                        + restart
                : "Its fields are not the same either: " + restart;
    }
}
