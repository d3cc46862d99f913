package dev.tidemark.flush;

import dev.tidemark.flush.join.JoinedDocuments;
import dev.tidemark.flush.routing.FamilyRouting;
import dev.tidemark.flush.sweep.Sweep;

/**
 * The steps that write and delete documents.
 *
 * @param families creates the collections that expressions name
 * @param joined reads joined documents
 * @param sweep deletes documents without a row
 * @param writes makes the others durable
 */
record WriteSteps(FamilyRouting families, JoinedDocuments joined, Sweep sweep, DurableWrites writes) {}
