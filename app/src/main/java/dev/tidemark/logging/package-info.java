/** The log: its form, and what must never be in it. */
@NullMarked
package dev.tidemark.logging;

import org.jspecify.annotations.NullMarked;
