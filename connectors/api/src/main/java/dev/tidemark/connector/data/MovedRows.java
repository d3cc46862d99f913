package dev.tidemark.connector.data;

/**
 * Finding that rows of a table appeared, disappeared or got other values without a change of rows in the log.
 *
 * @param evidence what was found in the catalog, human-readable
 */
public record MovedRows(DoubtReason reason, String evidence) {}
