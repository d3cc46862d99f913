package dev.tidemark.document.value;

import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a collection whose names are patterns, such as {@code .*} or {@code .*_facet}: Typesense creates a field of their
 * kind for each name that comes, and takes its type from the first document unless the pattern says it.
 */
public final class FieldPatterns {

    private static final String EVERY = ".*";

    private final List<SinkField> patterns;

    public FieldPatterns(CollectionInfo collection) {
        this.patterns = collection.fields().stream()
                .filter(field -> FieldNames.isPattern(field.name()))
                .toList();
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /**
     * Returns the field that the collection would have for the name if it were declared; null if no pattern covers the name.
     *
     * @param planned the field as the table defines it
     */
    @Nullable
    public SinkField covering(SinkField planned) {
        SinkField every = null;
        for (SinkField pattern : patterns) {
            if (pattern.name().equals(EVERY)) {
                every = pattern;
            } else if (matches(pattern.name(), planned.name())) {
                return as(pattern, planned);
            }
        }
        return every == null ? null : as(every, planned);
    }

    private static SinkField as(SinkField pattern, SinkField planned) {
        String type = switch (pattern.type()) {
            case "auto" -> planned.type();
            case "string*" -> planned.type().endsWith("[]") ? "string[]" : "string";
            default -> pattern.type();
        };
        boolean facet = pattern.facet() || planned.facet();
        // Options of texts, such as 'infix', are invalid for a number that a pattern of any type yields.
        boolean sameKind = type.equals(pattern.type()) || type.startsWith("string");
        return new SinkField(
                planned.name(),
                type,
                facet,
                true,
                pattern.index() && planned.index(),
                pattern.retyped(type, planned.sort()).sort(),
                sameKind ? pattern.options() : Map.of());
    }

    private static boolean matches(String pattern, String name) {
        try {
            return Pattern.matches(pattern, name);
        } catch (PatternSyntaxException e) {
            return false; // another dialect than Java's: Typesense alone decides what the field is
        }
    }
}
