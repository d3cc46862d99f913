package dev.tidemark.verify;

import dev.tidemark.verify.hash.Content;
import dev.tidemark.verify.hash.Fields;

/**
 * A document that a row becomes, or would become.
 *
 * @param id its id
 * @param kind what the row becomes
 * @param content what the document is to contain; empty unless it is a {@link Kind#DOCUMENT}
 * @param fields those of the content
 * @param key the texts of the row's key; empty unless they were requested
 */
record Outcome(String collection, String id, Kind kind, Content content, Fields fields, String[] key) {

    /** Kinds of outcomes. */
    enum Kind {
        DOCUMENT,
        /** It breaks a rule and is to have no document. */
        SKIPPED,
        /** It cannot be mapped: its document, if there is one, is of an earlier state of the row. */
        INVALID
    }
}
