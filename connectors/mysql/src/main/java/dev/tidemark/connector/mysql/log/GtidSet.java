package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.data.Transaction;

/**
 * Several transactions by their names in the binlog.
 *
 * @param set as the server writes it, not empty
 */
record GtidSet(String set) implements Transaction {}
