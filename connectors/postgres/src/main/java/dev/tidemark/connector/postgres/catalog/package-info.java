/** Reads Postgres's catalog: tables, columns, types, keys and estimates. */
@NullMarked
package dev.tidemark.connector.postgres.catalog;

import org.jspecify.annotations.NullMarked;
