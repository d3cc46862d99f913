/** Properties of Debezium's engine, and the classes that the engine creates by name. */
@NullMarked
package dev.tidemark.connector.mysql.engine;

import org.jspecify.annotations.NullMarked;
