/** Documents that were rejected, kept on disk until they are resolved. */
@NullMarked
package dev.tidemark.deadletter;

import org.jspecify.annotations.NullMarked;
