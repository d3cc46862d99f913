package dev.tidemark.sink;

import java.util.List;

/**
 * How an update of documents went; those in neither list are durable.
 *
 * @param rejections the documents that were refused, by their place in the list that was sent
 * @param missing places of those that do not exist: nothing was written
 */
public record Updated(List<Rejection> rejections, List<Integer> missing) {}
