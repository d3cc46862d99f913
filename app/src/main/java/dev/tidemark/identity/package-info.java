/** Identities of the source, its tables, the collections and aliases, recorded and compared. */
@NullMarked
package dev.tidemark.identity;

import org.jspecify.annotations.NullMarked;
