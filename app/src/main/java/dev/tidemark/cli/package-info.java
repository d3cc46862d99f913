/** The commands, their options and exit codes. */
@NullMarked
package dev.tidemark.cli;

import org.jspecify.annotations.NullMarked;
