package dev.tidemark.connector;

/** When the tables are read as a whole. */
public enum SnapshotMode {
    /** Once, if no offset is stored yet. */
    INITIAL,
    /** Never: only changes, from the slot that exists or from the first start on. */
    NEVER,
    /** At every start of the service: stored offsets are put aside. */
    ALWAYS
}
