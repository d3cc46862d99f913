/** Everything under the state directory: offsets, table states, the registry of collections, the pause. */
@NullMarked
package dev.tidemark.state;

import org.jspecify.annotations.NullMarked;
