/** The one list of behaviours that every database must show, from a committed row to a document. */
@NullMarked
package dev.tidemark.contract;

import org.jspecify.annotations.NullMarked;
