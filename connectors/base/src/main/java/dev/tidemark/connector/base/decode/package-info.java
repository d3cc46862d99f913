/** Decodes Debezium's records: what is the same for every database. */
@NullMarked
package dev.tidemark.connector.base.decode;

import org.jspecify.annotations.NullMarked;
