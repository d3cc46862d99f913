/** Every figure and every health condition of a pipeline, in one place. */
@NullMarked
package dev.tidemark.metrics;

import org.jspecify.annotations.NullMarked;
