package dev.tidemark.flush.join;

import dev.tidemark.collection.JoinedTarget;
import java.util.List;

/**
 * The collections of joined documents.
 *
 * @param queriesPerSecond how many of their queries may begin in a second
 */
public record Joins(List<JoinedTarget> targets, int queriesPerSecond) {}
