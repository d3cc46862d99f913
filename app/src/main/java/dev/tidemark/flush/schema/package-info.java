/** Columns that change while changes are streamed. */
@NullMarked
package dev.tidemark.flush.schema;

import org.jspecify.annotations.NullMarked;
