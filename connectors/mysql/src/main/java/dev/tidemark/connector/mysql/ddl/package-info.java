/** Reads the text of DDL statements. */
@NullMarked
package dev.tidemark.connector.mysql.ddl;

import org.jspecify.annotations.NullMarked;
