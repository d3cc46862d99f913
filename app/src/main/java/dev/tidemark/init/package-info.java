/** Drafts of a configuration and of the statements that prepare a database, from what the database has. */
@NullMarked
package dev.tidemark.init;

import org.jspecify.annotations.NullMarked;
