/** What waits between the source and the flush, within bounds. */
@NullMarked
package dev.tidemark.queue;

import org.jspecify.annotations.NullMarked;
