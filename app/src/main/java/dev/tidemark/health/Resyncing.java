package dev.tidemark.health;

/**
 * Load of all tables from a new position, because changes were lost.
 *
 * @param reason a doubt reason: {@code gap}, {@code history} or {@code ddl}
 * @param since when the loss was found, ISO-8601
 * @param message what was lost
 * @param state {@code waiting} before the new position is stored, {@code loading} after that
 * @param tables how many tables are not loaded yet; -1 while it waits
 */
public record Resyncing(String reason, String since, String message, String state, int tables) {}
