/** Joined documents: which ones a change concerns, and how they are read. */
@NullMarked
package dev.tidemark.flush.join;

import org.jspecify.annotations.NullMarked;
