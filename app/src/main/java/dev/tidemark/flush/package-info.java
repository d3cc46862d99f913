/** The worker that writes a batch durably and then commits its offset, and what it does between two batches. */
@NullMarked
package dev.tidemark.flush;

import org.jspecify.annotations.NullMarked;
