/** Destination of documents: the contract that the flush relies on. */
@NullMarked
package dev.tidemark.sink;

import org.jspecify.annotations.NullMarked;
