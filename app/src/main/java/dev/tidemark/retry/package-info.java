/** Repeats what fails until it succeeds, and slows down what would overload a server. */
@NullMarked
package dev.tidemark.retry;

import org.jspecify.annotations.NullMarked;
