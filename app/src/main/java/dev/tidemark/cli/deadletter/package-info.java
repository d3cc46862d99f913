/** The commands of dead letters. */
@NullMarked
package dev.tidemark.cli.deadletter;

import org.jspecify.annotations.NullMarked;
