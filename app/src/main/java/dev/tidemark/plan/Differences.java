package dev.tidemark.plan;

import dev.tidemark.document.CollectionDesign;
import dev.tidemark.plan.Difference.Kind;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Compares the fields that a collection would be created with to those of one that exists. */
final class Differences {

    private final List<SinkField> planned;
    private final CollectionInfo there;
    private final List<Difference> found = new ArrayList<>();

    private Differences(List<SinkField> planned, CollectionInfo there) {
        this.planned = planned;
        this.there = there;
    }

    /** Returns all differences: of the planned fields in their order, then what is extra. */
    static List<Difference> between(List<SinkField> planned, CollectionInfo there) {
        Differences differences = new Differences(planned, there);
        differences.compare();
        return List.copyOf(differences.found);
    }

    private void compare() {
        if (CollectionDesign.nested(planned) && !there.nested()) {
            add(Kind.NESTED, null, "nested fields are not enabled there: objects are stored and cannot be searched");
        }
        Map<String, SinkField> present = new LinkedHashMap<>();
        there.fields().forEach(field -> present.put(field.name(), field));
        for (SinkField field : planned) {
            SinkField same = present.remove(field.name());
            if (same != null) {
                compare(field, same);
            } else if (!coveredByPattern(field.name())) {
                add(
                        Kind.MISSING,
                        field.name(),
                        describe(field) + " is not there: its values are stored and cannot be searched");
            }
        }
        present.values().stream().filter(this::isExtra).forEach(this::extra);
    }

    private void compare(SinkField field, SinkField same) {
        String name = field.name();
        if (!same.type().equals(field.type())) {
            add(
                    Kind.TYPE,
                    name,
                    "field '" + name + "' is " + same.type() + " there, and would be made " + field.type()
                            + ": values are written in the type that is there");
        }
        setting(name, "facet", same.facet(), field.facet());
        setting(name, "optional", same.optional(), field.optional());
        setting(name, "index", same.index(), field.index());
        Boolean sort = field.sort();
        if (sort != null && same.sort() != null) { // else the server decides by the type
            setting(name, "sort", same.sort(), sort);
        }
    }

    private void setting(String field, String setting, boolean present, boolean wanted) {
        if (present != wanted) {
            add(Kind.SETTING, field, "field '" + field + "' has " + setting + ": " + present + " there, not " + wanted);
        }
    }

    private void extra(SinkField field) {
        String what = describe(field) + " is there, and nothing is mapped to it";
        add(Kind.EXTRA, field.name(), field.optional() ? what : what + " although every document must have it");
    }

    /**
     * Returns whether the field is extra. Patterns are not fields; fields inside an object that is mapped come from its values.
     */
    private boolean isExtra(SinkField field) {
        return !isPattern(field.name())
                && planned.stream()
                        .noneMatch(object -> object.type().startsWith("object")
                                && field.name().startsWith(object.name() + "."));
    }

    private boolean coveredByPattern(String name) {
        return there.fields().stream()
                .map(SinkField::name)
                .filter(Differences::isPattern)
                .anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean isPattern(String name) {
        return name.contains("*");
    }

    private static boolean matches(String pattern, String name) {
        try {
            return Pattern.matches(pattern, name);
        } catch (PatternSyntaxException e) {
            return false; // another dialect than Java's: the difference is reported, for the operator to check
        }
    }

    private void add(Kind kind, @Nullable String field, String message) {
        found.add(new Difference(kind, field, message));
    }

    /** Describes a field: {@code field 'price' (float, facet, optional)}. */
    static String describe(SinkField field) {
        return "field '" + field.name() + "' (" + words(field) + ")";
    }

    /** Returns a field's type and settings: {@code float, facet, optional}. */
    static String words(SinkField field) {
        List<String> words = new ArrayList<>(List.of(field.type()));
        if (field.facet()) {
            words.add("facet");
        }
        if (field.optional()) {
            words.add("optional");
        }
        if (!field.index()) {
            words.add("not indexed");
        }
        Boolean sort = field.sort();
        if (sort != null) {
            words.add(sort ? "sort" : "no sort");
        }
        return String.join(", ", words);
    }
}
