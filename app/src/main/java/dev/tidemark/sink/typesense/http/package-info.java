/** Requests to the nodes of a Typesense cluster, their answers, and when a write is settled. */
@NullMarked
package dev.tidemark.sink.typesense.http;

import org.jspecify.annotations.NullMarked;
