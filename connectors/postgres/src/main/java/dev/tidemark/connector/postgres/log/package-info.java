/** Positions in the WAL: LSNs, the replication slot, transactions, and the identity of the cluster that wrote it. */
@NullMarked
package dev.tidemark.connector.postgres.log;

import org.jspecify.annotations.NullMarked;
