/** Backups: a snapshot of Typesense and the position that belongs to it, and the way back to both. */
@NullMarked
package dev.tidemark.backup;

import org.jspecify.annotations.NullMarked;
