package dev.tidemark.connector;

/**
 * State of the connections for reads.
 *
 * @param active how many are in use
 * @param idle how many are open and not in use
 * @param waiting how many threads wait for a connection, since all are in use
 */
public record ReadConnections(int active, int idle, int waiting) {

    /** The state if nothing is read. */
    public static final ReadConnections NONE = new ReadConnections(0, 0, 0);
}
