/** Debezium's records as changes. */
@NullMarked
package dev.tidemark.connector.postgres.decode;

import org.jspecify.annotations.NullMarked;
