/** The configuration: immutable, checked once, every problem told at once. */
@NullMarked
package dev.tidemark.config;

import org.jspecify.annotations.NullMarked;
