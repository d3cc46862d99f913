/** Compares documents with the rows that they come from, by value, while changes continue. */
@NullMarked
package dev.tidemark.verify;

import org.jspecify.annotations.NullMarked;
