/** Expressions in CEL over a row's columns: compiled once for each version of a table, then only run. */
@NullMarked
package dev.tidemark.expression;

import org.jspecify.annotations.NullMarked;
