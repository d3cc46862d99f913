/** Debezium's records as changes. */
@NullMarked
package dev.tidemark.connector.mysql.decode;

import org.jspecify.annotations.NullMarked;
