package dev.tidemark.resync;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Doubt whether documents equal rows, because changes after the stored offset cannot be taken from the log.
 *
 * @param reason a doubt reason, the label of a {@link dev.tidemark.connector.Loss}
 * @param since when it was found, ISO-8601
 * @param message what was found
 * @param begun when its resync began, ISO-8601; null while it waits
 * @param fixed whether the new position is stored
 * @param tables those whose documents are in doubt still; empty before the resync begins, when all of them are
 */
public record Doubt(
        String reason,
        String since,
        String message,
        @Nullable String begun,
        boolean fixed,
        List<String> tables) {

    public Doubt {
        tables = List.copyOf(tables);
    }

    /** Returns whether the documents of a table are in doubt. */
    public boolean concerns(String table) {
        return begun == null || tables.contains(table);
    }

    Doubt begun(String at, List<String> of) {
        return new Doubt(reason, since, message, at, false, of);
    }

    Doubt withPosition() {
        return new Doubt(reason, since, message, begun, true, tables);
    }

    Doubt without(String table) {
        return new Doubt(
                reason,
                since,
                message,
                begun,
                fixed,
                tables.stream().filter(each -> !each.equals(table)).toList());
    }
}
