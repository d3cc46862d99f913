/** Tables, rows and changes: the neutral form of a source's data and of its changes. */
@NullMarked
package dev.tidemark.connector.data;

import org.jspecify.annotations.NullMarked;
