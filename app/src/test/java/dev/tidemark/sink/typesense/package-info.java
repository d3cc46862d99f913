/** Typesense behind the contract of a sink: fakes for what a real server cannot be made to do, a real one for the rest. */
@NullMarked
package dev.tidemark.sink.typesense;

import org.jspecify.annotations.NullMarked;
