package dev.tidemark.connector.data;

/**
 * One column of a table, as it is now.
 *
 * @param name the column's name, as the database spells it
 * @param type the form of its values
 * @param nullable whether the column may hold NULL
 */
public record Column(String name, ColumnType type, boolean nullable) {}
