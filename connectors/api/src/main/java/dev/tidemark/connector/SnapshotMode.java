package dev.tidemark.connector;

/** Times at which all tables are loaded. */
public enum SnapshotMode {
    /** Once, if no offset is stored yet. */
    INITIAL,
    /** Never: only changes, from the slot that exists or from the first start on. */
    NEVER,
    /** At every start of the service: stored offsets are discarded. */
    ALWAYS
}
