/** Connections to MySQL: driver properties, session settings, and the explanation of errors. */
@NullMarked
package dev.tidemark.connector.mysql.connection;

import org.jspecify.annotations.NullMarked;
