package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Advice for a document that Typesense rejected because of a value inside of JSON. */
public final class RejectionAdvice {

    private static final Pattern VALUE = Pattern.compile("Field `([^`]+)` must be an? (array of |)(\\S+?)\\.?$");

    private RejectionAdvice() {}

    /** Returns the reason with advice, if it is about a value inside of JSON; else the reason as it is. */
    public static String with(Config.Document document, CollectionInfo collection, String reason) {
        Matcher value = VALUE.matcher(reason);
        if (!value.find()) {
            return reason;
        }
        String path = value.group(1);
        String parent = parent(collection, path);
        if (parent == null) {
            return reason;
        }
        Map<String, Config.Field> configured = document.fields();
        if (configured != null && configured.containsKey(path)) {
            return reason + " That is what 'fields' says of '" + path + "': change it, or correct the row";
        }
        boolean number = value.group(3).equals("int64");
        return reason + " The first document that had a value there decided that. Correct the row, or add to 'fields': "
                + (number
                        ? "`" + path + ": { type: " + (value.group(2).isEmpty() ? "float" : "\"float[]\"")
                                + " }` for decimals, or "
                        : "")
                + "`" + path + ": { index: false }` to take any value, unsearched, or `" + parent
                + ": { type: string }` to keep the JSON as text (a collection that exists has to be created again for these)";
    }

    private static @Nullable String parent(CollectionInfo collection, String path) {
        return collection.fields().stream()
                .filter(field -> field.type().startsWith("object"))
                .map(SinkField::name)
                .filter(name -> path.startsWith(name + "."))
                .max(Comparator.comparing(String::length))
                .orElse(null);
    }
}
