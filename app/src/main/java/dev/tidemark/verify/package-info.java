/** Compares documents with the rows that they come from, by value, while changes go on. */
@NullMarked
package dev.tidemark.verify;

import org.jspecify.annotations.NullMarked;
