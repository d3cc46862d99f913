/** What connectors that read over JDBC share: connections, and the statements of joined documents. */
@NullMarked
package dev.tidemark.connector.jdbc;

import org.jspecify.annotations.NullMarked;
