/** The service as a process of its own, on real servers that are killed, stopped, cut off and damaged under load. */
@NullMarked
package dev.tidemark.fault;

import org.jspecify.annotations.NullMarked;
