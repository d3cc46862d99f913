/** What survives a restart: offsets, and what is known of each table. Written durably or not at all. */
@NullMarked
package dev.tidemark.offset;

import org.jspecify.annotations.NullMarked;
