/** The configuration: immutable, checked once, every problem reported at once. */
@NullMarked
package dev.tidemark.config;

import org.jspecify.annotations.NullMarked;
