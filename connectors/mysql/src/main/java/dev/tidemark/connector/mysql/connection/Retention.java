package dev.tidemark.connector.mysql.connection;

import java.time.Duration;

/** How long a server keeps a file of its binlog. */
public sealed interface Retention {

    /** At least that long. */
    record Kept(Duration duration) implements Retention {}

    /** Until an operator purges it. */
    record Unlimited() implements Retention {}

    /** Until nothing reads it: a reader that is stopped counts for nothing. */
    record AsNeeded() implements Retention {}

    /** Not known: the provider's setting is not readable. */
    record Unknown() implements Retention {}
}
