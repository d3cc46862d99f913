/** Reads rows and joined documents by key. */
@NullMarked
package dev.tidemark.connector.mysql.read;

import org.jspecify.annotations.NullMarked;
