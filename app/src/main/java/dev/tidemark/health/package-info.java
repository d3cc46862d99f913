/** Health of the parts of a pipeline, and its status. */
@NullMarked
package dev.tidemark.health;

import org.jspecify.annotations.NullMarked;
