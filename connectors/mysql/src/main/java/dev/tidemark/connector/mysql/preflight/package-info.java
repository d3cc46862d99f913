/** Checks of the server and the tables before a start and while the service is running. */
@NullMarked
package dev.tidemark.connector.mysql.preflight;

import org.jspecify.annotations.NullMarked;
