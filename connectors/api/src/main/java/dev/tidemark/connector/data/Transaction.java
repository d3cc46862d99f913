package dev.tidemark.connector.data;

/**
 * The transaction that a streamed change was committed with, as the log names it. All changes of one transaction share one
 * instance. Its form is the connector's own: only {@code RowReader#awaitVisible} uses it.
 */
public interface Transaction {}
