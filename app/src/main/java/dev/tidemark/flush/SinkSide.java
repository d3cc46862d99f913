package dev.tidemark.flush;

import dev.tidemark.collection.Targets;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.sink.Sink;

/**
 * The sink as the flush uses it.
 *
 * @param targets all collections
 * @param joins those of joined documents
 * @param parallel what writes to several of them at a time
 * @param deadLetters where rejected documents go
 * @param guard holds back deletes that are based on rows that were not found
 */
public record SinkSide(
        Sink sink, Targets targets, Joins joins, ParallelFlush parallel, DeadLetters deadLetters, DeleteGuard guard) {}
