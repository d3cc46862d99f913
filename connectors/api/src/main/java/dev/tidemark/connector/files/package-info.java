/** Creates files that only their owner can read. */
@NullMarked
package dev.tidemark.connector.files;

import org.jspecify.annotations.NullMarked;
