/** The worker that makes a batch durable and then commits its offset, and what it does between two batches. */
@NullMarked
package dev.tidemark.flush;

import org.jspecify.annotations.NullMarked;
