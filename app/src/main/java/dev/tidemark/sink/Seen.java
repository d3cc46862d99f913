package dev.tidemark.sink;

/**
 * State of a collection that a server shows at a moment, whether earlier writes are done or not.
 *
 * @param createdAt creation time according to the server, in seconds since 1970. Not an identity: each node of a cluster has its
 *     own, and a server that replays its log after a restart creates another
 * @param documents how many documents it holds
 */
public record Seen(long createdAt, long documents) {}
