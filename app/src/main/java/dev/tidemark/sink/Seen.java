package dev.tidemark.sink;

/**
 * What a server shows of a collection at a moment, settled or not.
 *
 * @param createdAt when the server says that it was created, in seconds since 1970. Not an identity: each node of a cluster has its own, and
 *     a server that replays its log after a restart makes another
 * @param documents how many documents it holds
 */
public record Seen(long createdAt, long documents) {}
