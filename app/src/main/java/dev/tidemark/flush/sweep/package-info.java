/** Deletes of documents whose row is gone, and the guard that holds them back. */
@NullMarked
package dev.tidemark.flush.sweep;

import org.jspecify.annotations.NullMarked;
