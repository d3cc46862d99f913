/** The embedded Debezium engine, from which changes come and to which offsets go back. */
@NullMarked
package dev.tidemark.source;

import org.jspecify.annotations.NullMarked;
