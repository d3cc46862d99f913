/** Bounded queue of changes between the source and the flush. */
@NullMarked
package dev.tidemark.queue;

import org.jspecify.annotations.NullMarked;
