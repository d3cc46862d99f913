/** What the replaced classes of Debezium's Postgres connector need. */
@NullMarked
package dev.tidemark.debezium.postgres;

import org.jspecify.annotations.NullMarked;
