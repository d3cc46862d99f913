package dev.tidemark.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong while the reading goes on, so that all of it is told at once (invariant 7). */
final class Problems {

    private final List<Problem> all = new ArrayList<>();

    void add(String path, int line, @Nullable String found, String message, @Nullable String hint) {
        all.add(new Problem(path, line, found, message, hint));
    }

    /** A problem of one place in a line. */
    void add(String path, SourcePlaces.Place place, String message, @Nullable String hint) {
        all.add(new Problem(path, place.line(), place.column(), null, message, hint));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** By line; those of one line in the order they were met. */
    List<Problem> byLine() {
        return all.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }
}
