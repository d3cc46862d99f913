/**
 * Postgres as a source: Debezium's properties, what its records mean, and what has to be queried from the database itself.
 *
 * <p>A value takes one of three ways into a row: streamed (pgoutput), read in pages, read by key. All three use
 * {@link dev.tidemark.connector.postgres.value.ValueForm}, so that they cannot differ.
 */
@NullMarked
package dev.tidemark.connector.postgres;

import org.jspecify.annotations.NullMarked;
