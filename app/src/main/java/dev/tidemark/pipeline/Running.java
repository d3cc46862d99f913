package dev.tidemark.pipeline;

import dev.tidemark.admin.Operations;

/**
 * A pipeline that has started.
 *
 * @param operations that operators may request
 * @param flush its flush thread
 */
record Running(Operations operations, FlushThread flush) {}
