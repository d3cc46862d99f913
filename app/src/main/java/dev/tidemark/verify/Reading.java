package dev.tidemark.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.verify.hash.Content;
import java.util.ArrayList;
import java.util.List;

/** What was read of a suspect: what its row becomes, and what its document is. One thread. */
final class Reading {

    private static final String[] NO_KEY = {};

    /** Of ids that an expression yields, several rows may have one. */
    private final List<Outcome> rows = new ArrayList<>();

    private boolean exists;
    private boolean same;
    private List<String> differing = List.of();
    private boolean deadLetter;

    void row(Outcome outcome) {
        rows.add(outcome);
    }

    /** Takes the document, if there is one. */
    void document(JsonNode document) {
        exists = true;
        for (Outcome row : rows) {
            if (row.kind() == Outcome.Kind.DOCUMENT && !same) {
                Content content = Content.of(document, row.fields());
                same = content.hash() == row.content().hash();
                differing = same ? List.of() : row.fields().differing(row.content(), content);
            }
        }
    }

    /** Forgets the document, before it is re-read. */
    void withoutDocument() {
        exists = false;
        same = false;
        differing = List.of();
    }

    /** Records whether a dead letter is pending; it is not forgotten. */
    void deadLetter(boolean pending) {
        deadLetter |= pending;
    }

    boolean isSame() {
        return rows.isEmpty() ? !exists : same;
    }

    /** Returns the texts of the row's key; empty if no row was found. */
    String[] key() {
        return rows.isEmpty() ? NO_KEY : rows.get(0).key();
    }

    /** Returns what it is if it is not the same. */
    Finding finding(Suspect suspect) {
        Kind kind = kind();
        return new Finding(
                suspect.place().collection(),
                suspect.id(),
                kind,
                kind == Kind.DIFFERENT ? differing : List.of(),
                false);
    }

    private Kind kind() {
        if (deadLetter) {
            return Kind.DEAD_LETTER;
        } else if (is(Outcome.Kind.INVALID)) {
            return Kind.INVALID;
        } else if (is(Outcome.Kind.SKIPPED)) {
            return exists ? Kind.EXTRA : Kind.INVALID;
        } else if (rows.isEmpty()) {
            return Kind.EXTRA;
        }
        return exists ? Kind.DIFFERENT : Kind.MISSING;
    }

    private boolean is(Outcome.Kind kind) {
        return rows.stream().anyMatch(row -> row.kind() == kind);
    }
}
