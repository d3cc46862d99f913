/** What is healthy, what is not, and the status of a pipeline. */
@NullMarked
package dev.tidemark.health;

import org.jspecify.annotations.NullMarked;
