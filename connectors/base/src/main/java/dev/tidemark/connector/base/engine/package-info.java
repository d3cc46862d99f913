/** Debezium's properties: what a connector and a driver take. */
@NullMarked
package dev.tidemark.connector.base.engine;

import org.jspecify.annotations.NullMarked;
