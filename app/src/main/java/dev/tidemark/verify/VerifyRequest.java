package dev.tidemark.verify;

import org.jspecify.annotations.Nullable;

/**
 * What to verify.
 *
 * @param table as {@code schema.table}; null: all
 * @param collection its configured or its concrete name; null: all
 * @param sample about how many documents to compare; 0: all of them
 * @param repair whether differences are repaired
 */
public record VerifyRequest(
        @Nullable String table, @Nullable String collection, long sample, boolean repair) {}
