/** Connections to Postgres: driver properties, session settings, and the explanation of errors. */
@NullMarked
package dev.tidemark.connector.postgres.connection;

import org.jspecify.annotations.NullMarked;
