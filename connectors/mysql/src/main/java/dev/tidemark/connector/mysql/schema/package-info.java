/** Schemas of tables over the binlog: the schema history, and its comparison with the server. */
@NullMarked
package dev.tidemark.connector.mysql.schema;

import org.jspecify.annotations.NullMarked;
