/** Outcomes of the last changes, row by row: bounded, in memory. */
@NullMarked
package dev.tidemark.trace;

import org.jspecify.annotations.NullMarked;
