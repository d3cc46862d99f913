/** What operators request of a service that is stopped, in the process of a command. */
@NullMarked
package dev.tidemark.pipeline.stopped;

import org.jspecify.annotations.NullMarked;
