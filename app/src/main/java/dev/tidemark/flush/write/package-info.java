/** From the changes of a batch to requests: coalescing, chunks, partial updates, visibility of transactions. */
@NullMarked
package dev.tidemark.flush.write;

import org.jspecify.annotations.NullMarked;
