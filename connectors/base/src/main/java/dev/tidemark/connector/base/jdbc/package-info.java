/** Reads rows and joined documents over JDBC: what is the same for every database. */
@NullMarked
package dev.tidemark.connector.base.jdbc;

import org.jspecify.annotations.NullMarked;
