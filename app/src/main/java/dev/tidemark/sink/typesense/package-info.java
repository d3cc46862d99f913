/** Typesense behind the contract of a sink. */
@NullMarked
package dev.tidemark.sink.typesense;

import org.jspecify.annotations.NullMarked;
