package dev.tidemark.connector;

/**
 * What the connections for reads do now.
 *
 * @param active how many are in use
 * @param idle how many are open and not in use
 * @param waiting how many threads wait for one, since all are in use
 */
public record ReadConnections(int active, int idle, int waiting) {

    /** Where nothing is read. */
    public static final ReadConnections NONE = new ReadConnections(0, 0, 0);
}
