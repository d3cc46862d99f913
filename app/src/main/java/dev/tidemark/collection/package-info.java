/** The collections that tables feed, resolved once: named ones, those by expression, and those of joined documents. */
@NullMarked
package dev.tidemark.collection;

import org.jspecify.annotations.NullMarked;
