/** The load of all tables from a new position after changes were lost. */
@NullMarked
package dev.tidemark.resync;

import org.jspecify.annotations.NullMarked;
