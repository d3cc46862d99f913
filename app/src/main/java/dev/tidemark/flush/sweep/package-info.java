/** Deletes of documents whose row does not exist any more, and the guard that holds them back. */
@NullMarked
package dev.tidemark.flush.sweep;

import org.jspecify.annotations.NullMarked;
