package dev.tidemark.config.yaml;

import dev.tidemark.config.Problem;
import dev.tidemark.config.SourceLocations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong while the reading continues, so that all of it is reported at once (invariant 7). */
public final class Problems {

    private final List<Problem> all = new ArrayList<>();

    void add(String path, int line, @Nullable String found, String message, @Nullable String hint) {
        all.add(new Problem(path, line, found, message, hint));
    }

    /** Adds a problem of one place in a line. */
    void add(String path, SourceLocations.Place place, String message, @Nullable String hint) {
        all.add(new Problem(path, place.line(), place.column(), null, message, hint));
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Returns the problems by line; those of one line in the order in which they were found. */
    public List<Problem> byLine() {
        return all.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }
}
