/**
 * MySQL as a source: Debezium's properties, what its records mean, and what has to be queried from the database itself.
 *
 * <p>A value takes one of three ways into a row: streamed (binlog), read by Debezium's snapshot, read by key. All three use
 * {@link dev.tidemark.connector.mysql.value.ValueCodec}, so that they cannot differ.
 */
@NullMarked
package dev.tidemark.connector.mysql;

import org.jspecify.annotations.NullMarked;
