/** Reads MySQL's catalog: tables, columns, types, keys and estimates. */
@NullMarked
package dev.tidemark.connector.mysql.catalog;

import org.jspecify.annotations.NullMarked;
