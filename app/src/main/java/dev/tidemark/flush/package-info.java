/** The worker that makes a batch durable and then commits its offset. */
@NullMarked
package dev.tidemark.flush;

import org.jspecify.annotations.NullMarked;
