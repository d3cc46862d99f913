/** Rows to collections by expression. */
@NullMarked
package dev.tidemark.flush.routing;

import org.jspecify.annotations.NullMarked;
