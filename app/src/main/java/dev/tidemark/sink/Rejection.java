package dev.tidemark.sink;

/**
 * A document that the sink refused for its own sake; sending it again as it is would fail again.
 *
 * @param index its place in the list that was sent
 * @param error the sink's reason, in its words
 */
public record Rejection(int index, String error) {}
