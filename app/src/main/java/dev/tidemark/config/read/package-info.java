/** Sections of the file to the model, with all problems at once. */
@NullMarked
package dev.tidemark.config.read;

import org.jspecify.annotations.NullMarked;
