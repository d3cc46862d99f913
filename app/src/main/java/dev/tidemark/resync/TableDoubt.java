package dev.tidemark.resync;

import org.jspecify.annotations.Nullable;

/**
 * Doubt whether the documents of one table equal its rows.
 *
 * @param table its name
 * @param reason the label of a {@link dev.tidemark.connector.data.DoubtReason}
 * @param since when it was found first, ISO-8601
 * @param evidence what was found last
 * @param load when the load that ends it was requested, ISO-8601; null while none is
 */
public record TableDoubt(
        String table,
        String reason,
        String since,
        String evidence,
        @Nullable String load) {

    boolean isOf(String other, String label) {
        return table.equals(other) && reason.equals(label);
    }

    TableDoubt foundAgain(String found) {
        return new TableDoubt(table, reason, since, found, null);
    }

    TableDoubt with(@Nullable String requested) {
        return new TableDoubt(table, reason, since, evidence, requested);
    }
}
