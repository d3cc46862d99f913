/** Values of rows as JSON of documents: the type table and one writer per field. */
@NullMarked
package dev.tidemark.document.value;

import org.jspecify.annotations.NullMarked;
