/** Tables that are reloaded between two batches. */
@NullMarked
package dev.tidemark.flush.reload;

import org.jspecify.annotations.NullMarked;
