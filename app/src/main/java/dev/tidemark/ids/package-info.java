/** Document ids in memory and on disk, so that memory stays bounded however many there are (invariant 3). */
@NullMarked
package dev.tidemark.ids;

import org.jspecify.annotations.NullMarked;
