/** Preview of what {@code run} would do for a configuration: schemas, differences, and a sample of real rows. */
@NullMarked
package dev.tidemark.plan;

import org.jspecify.annotations.NullMarked;
