package dev.tidemark.sink;

import java.util.List;

/**
 * Result of an update of documents; those in neither list are durable.
 *
 * @param rejections the documents that were rejected, by their index in the list that was sent
 * @param missing indexes of those that do not exist: nothing was written
 */
public record Updated(List<Rejection> rejections, List<Integer> missing) {}
