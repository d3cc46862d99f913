/** Requests to the nodes of a Typesense cluster, their answers, and the proof that earlier writes are done. */
@NullMarked
package dev.tidemark.sink.typesense.http;

import org.jspecify.annotations.NullMarked;
