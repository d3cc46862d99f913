package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.data.Transaction;

/**
 * A transaction's number in the log.
 *
 * @param id its lower 32 bits, unsigned; the log contains only these
 */
public record Xid(int id) implements Transaction {

    @Override
    public String toString() {
        return Integer.toUnsignedString(id);
    }
}
