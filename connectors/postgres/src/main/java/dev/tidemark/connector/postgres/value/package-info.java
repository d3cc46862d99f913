/** Types of Postgres and the forms of their values: text of the server to value of a row. */
@NullMarked
package dev.tidemark.connector.postgres.value;

import org.jspecify.annotations.NullMarked;
