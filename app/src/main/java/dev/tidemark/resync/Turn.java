package dev.tidemark.resync;

import dev.tidemark.approval.Approval;
import java.time.Instant;

/** Answer to the question when a resync may begin. */
public sealed interface Turn {

    /** Now. */
    record Now() implements Turn {}

    /** Not before a time: the same was lost shortly before. */
    record Later(Instant at) implements Turn {}

    /** Not before an operator has approved it. */
    record Waiting(Approval approval) implements Turn {}
}
