/** One running pipeline: ordered start and stop, operations, and the monitors of its health. */
@NullMarked
package dev.tidemark.pipeline;

import org.jspecify.annotations.NullMarked;
