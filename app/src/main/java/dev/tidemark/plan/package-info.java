/** What {@code run} would make of a configuration: schemas, differences, and a sample of real rows. */
@NullMarked
package dev.tidemark.plan;

import org.jspecify.annotations.NullMarked;
