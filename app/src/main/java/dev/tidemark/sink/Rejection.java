package dev.tidemark.sink;

/**
 * A document that the sink rejected because of its content; sending it again as it is would fail again.
 *
 * @param index its place in the list that was sent
 * @param error the sink's reason, as it gave it
 */
public record Rejection(int index, String error) {}
