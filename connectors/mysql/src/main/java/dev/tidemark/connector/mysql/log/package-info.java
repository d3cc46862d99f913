/** Positions in the binlog: positions, GTIDs, retention, and the identity of the server that wrote it. */
@NullMarked
package dev.tidemark.connector.mysql.log;

import org.jspecify.annotations.NullMarked;
