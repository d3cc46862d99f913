/** What the replaced classes of Debezium's MySQL connector need. */
@NullMarked
package dev.tidemark.debezium.mysql;

import org.jspecify.annotations.NullMarked;
