/** Interfaces to a source database, and the neutral forms of its changes. */
@NullMarked
package dev.tidemark.connector;

import org.jspecify.annotations.NullMarked;
