/** Texts: words of a statement, names that are nearly the same, statements in messages. */
@NullMarked
package dev.tidemark.connector.base.text;

import org.jspecify.annotations.NullMarked;
