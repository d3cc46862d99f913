/** Tables that are read again between two batches. */
@NullMarked
package dev.tidemark.flush.reload;

import org.jspecify.annotations.NullMarked;
