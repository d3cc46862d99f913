/** Decisions that an operator has to make, kept over restarts. */
@NullMarked
package dev.tidemark.approval;

import org.jspecify.annotations.NullMarked;
