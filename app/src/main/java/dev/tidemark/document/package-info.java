/** From a row to a document: compiled once for each version of a table, then only run. */
@NullMarked
package dev.tidemark.document;

import org.jspecify.annotations.NullMarked;
