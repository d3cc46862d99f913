/** Tables, rows and changes: the neutral form of what a source holds and of what happens to it. */
@NullMarked
package dev.tidemark.connector.data;

import org.jspecify.annotations.NullMarked;
