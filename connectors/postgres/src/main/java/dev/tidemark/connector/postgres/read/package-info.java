/** Reads rows and joined documents by key. */
@NullMarked
package dev.tidemark.connector.postgres.read;

import org.jspecify.annotations.NullMarked;
