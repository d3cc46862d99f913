/** Dead letters whose rows are re-read and written as they are now. */
@NullMarked
package dev.tidemark.flush.replay;

import org.jspecify.annotations.NullMarked;
