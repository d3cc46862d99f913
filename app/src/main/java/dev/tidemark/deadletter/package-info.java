/** Documents that were refused, kept on disk until they are settled. */
@NullMarked
package dev.tidemark.deadletter;

import org.jspecify.annotations.NullMarked;
