/** The command line and the pipeline: only here is everything seen at once. */
@NullMarked
package dev.tidemark;

import org.jspecify.annotations.NullMarked;
