/** Requests to reload single tables, how far each is, and the file that keeps them over a restart. */
@NullMarked
package dev.tidemark.load;

import org.jspecify.annotations.NullMarked;
