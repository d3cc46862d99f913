/** {@code tidemark demo}: the full service on sample data, with servers of its own, to explore and to try. */
@NullMarked
package dev.tidemark.demo;

import org.jspecify.annotations.NullMarked;
