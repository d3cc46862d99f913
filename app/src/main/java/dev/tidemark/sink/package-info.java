/** Where documents go: the contract that the flush relies on. */
@NullMarked
package dev.tidemark.sink;

import org.jspecify.annotations.NullMarked;
