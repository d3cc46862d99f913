/** Types of MySQL and the forms of their values: text of the server to value of a row. */
@NullMarked
package dev.tidemark.connector.mysql.value;

import org.jspecify.annotations.NullMarked;
