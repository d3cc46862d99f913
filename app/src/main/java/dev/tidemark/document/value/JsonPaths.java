package dev.tidemark.document.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tidemark.config.Config;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkField;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statistics of the values that documents hold at each path inside of their fields of objects: their kinds, and how many of each.
 * One thread.
 */
public final class JsonPaths {

    private static final Logger log = LoggerFactory.getLogger(JsonPaths.class);

    /** Parser without limits, because a row may hold anything. Names come from rows, so they are not cached. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final int MAX_PATHS = 1_000;
    /** No types are determined for objects and arrays deeper than this, nor for longer paths. */
    private static final int MAX_DEPTH = 100;

    private static final int MAX_PATH_LENGTH = 1_000;

    private final List<String> objects;
    private final Map<String, Values> paths = new TreeMap<>();

    /** The values at one path. */
    public static final class Values {
        private int integers;
        private int decimals;
        private int texts;
        private int truths;
        private int inArrays;
        private int plain;
        private int nullElements;

        private boolean isMixed() {
            int kinds = (integers > 0 ? 1 : 0) + (decimals > 0 ? 1 : 0) + (texts > 0 ? 1 : 0) + (truths > 0 ? 1 : 0);
            return kinds > 1;
        }

        /**
         * Returns the type that takes most of the values; null if all are of one kind, or if some are lists and others are not.
         */
        public @Nullable String type() {
            return !isMixed() || (inArrays > 0 && plain > 0) ? null : most() + (inArrays > 0 ? "[]" : "");
        }

        /** Returns the type of decimals if all values are numbers and some are decimals, else null. */
        public @Nullable String decimalType() {
            boolean onlyNumbers = decimals > 0 && texts == 0 && truths == 0 && !(inArrays > 0 && plain > 0);
            return onlyNumbers ? "float" + (inArrays > 0 ? "[]" : "") : null;
        }

        private String most() {
            int numbers = integers + decimals;
            if (numbers >= texts && numbers >= truths) {
                return decimals > 0 ? "float" : "int64";
            }
            return texts >= truths ? "string" : "bool";
        }

        /** Returns whether some value is rejected with any type. */
        private boolean isRejected() {
            boolean numbers = integers + decimals > 0;
            return (numbers && texts > 0)
                    || (numbers && truths > 0)
                    || (texts > 0 && truths > 0)
                    || (inArrays > 0 && plain > 0)
                    || (nullElements > 0 && inArrays > nullElements);
        }

        private String words() {
            List<String> words = new ArrayList<>();
            add(words, integers, "integer");
            add(words, decimals, "decimal");
            add(words, texts, "text");
            add(words, truths, "boolean");
            add(words, nullElements, "null element");
            if (inArrays > 0 && plain > 0) {
                words.add("some of them in lists");
            }
            return String.join(", ", words);
        }

        private static void add(List<String> words, int count, String what) {
            if (count > 0) {
                words.add(count + " " + what + (count == 1 ? "" : "s"));
            }
        }
    }

    /** Creates statistics of no documents yet; only fields that the collection declares as objects count. */
    public JsonPaths(CollectionInfo collection) {
        this.objects = collection.fields().stream()
                .filter(field -> collection.nested())
                .filter(field ->
                        field.type().startsWith("object") && field.name().indexOf('.') < 0)
                .map(SinkField::name)
                .toList();
    }

    /** Returns whether the collection has fields of objects. */
    public boolean hasObjects() {
        return !objects.isEmpty();
    }

    /** Counts the values of a document; of one that is not JSON, those before the fault: Typesense rejects it. */
    public void add(Document document) {
        if (!hasObjects()) {
            return;
        }
        try (JsonParser json = JSON.createParser(document.json())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (objects.contains(name)) {
                    collect(json, name);
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            log.debug("document {} cannot be read for the types of its values", document.id(), e);
        }
    }

    /** Returns the values by path. */
    public Map<String, Values> paths() {
        return paths;
    }

    /**
     * Returns fields for the paths with values of several kinds that the collection does not have and the configuration does not
     * declare.
     */
    public List<SinkField> types(Config.Document document, CollectionInfo collection) {
        List<SinkField> types = new ArrayList<>();
        paths.forEach((path, values) -> {
            String type = values.type();
            boolean known =
                    collection.fields().stream().anyMatch(field -> field.name().equals(path));
            if (type != null && !known && path.indexOf('.') > 0 && !isDeclared(document, path)) {
                types.add(new SinkField(path, type, false, true, true, null));
            }
        });
        return types;
    }

    private static boolean isDeclared(Config.Document document, String path) {
        Map<String, Config.Field> configured = document.fields();
        return configured != null && configured.containsKey(path);
    }

    /**
     * Returns the paths at which Typesense rejects some values with any type: what they hold, and the line that takes all values.
     */
    public Map<String, String> conflicts(Config.Document document) {
        Map<String, String> lines = new LinkedHashMap<>();
        paths.forEach((path, values) -> {
            if (values.isRejected() && path.indexOf('.') > 0 && !isDeclared(document, path)) {
                String parent = path.substring(0, path.indexOf('.'));
                lines.put(
                        "'" + path + "' holds " + values.words()
                                + ": Typesense accepts values of one kind there, and rejects the rows of the others",
                        "to take all, add to 'fields': `" + path + ": { index: false }` (not searched), or `" + parent
                                + ": { type: string }` (the JSON as text)");
            }
        });
        return lines;
    }

    /** Returns a line for each path whose values do not fit one type, with what to declare. */
    public List<String> advice(Config.Document document) {
        List<String> lines = new ArrayList<>();
        conflicts(document).forEach((message, hint) -> lines.add(message + "; " + hint));
        paths.forEach((path, values) -> {
            String type = values.type();
            if (type != null && !values.isRejected() && path.indexOf('.') > 0 && !isDeclared(document, path)) {
                lines.add("'" + path + "' holds " + values.words() + ": it becomes a field of type " + type
                        + "; to declare that from the start, add to 'fields': `" + path + ": { type: " + quoted(type)
                        + " }`");
            }
        });
        return lines;
    }

    private static String quoted(String type) {
        return type.endsWith("[]") ? "\"" + type + "\"" : type;
    }

    /** Counts the value that the parser is at, with all inside of it: without recursion, and no text is held. */
    private void collect(JsonParser json, String root) throws IOException {
        Deque<String> open = new ArrayDeque<>();
        String path = root;
        int arrays = 0;
        do {
            JsonToken token = json.currentToken();
            switch (token) {
                case START_OBJECT, START_ARRAY -> {
                    if (open.size() == MAX_DEPTH) {
                        json.skipChildren();
                    } else {
                        open.push(path);
                        arrays += token == JsonToken.START_ARRAY ? 1 : 0;
                    }
                }
                case END_OBJECT, END_ARRAY -> {
                    path = open.pop();
                    arrays -= token == JsonToken.END_ARRAY ? 1 : 0;
                }
                case FIELD_NAME -> path = open.peek() + "." + json.currentName();
                default -> count(path, token, arrays > 0);
            }
        } while (!open.isEmpty() && json.nextToken() != null);
    }

    private void count(String path, JsonToken token, boolean inArray) {
        // A name that Typesense takes for a pattern cannot have a field of its own.
        if ((token == JsonToken.VALUE_NULL && !inArray)
                || path.length() > MAX_PATH_LENGTH
                || FieldNames.isPattern(path)) {
            return;
        }
        Values values = paths.get(path);
        if (values == null && paths.size() < MAX_PATHS) {
            values = new Values();
            paths.put(path, values);
        }
        if (values != null) {
            count(values, token, inArray);
        }
    }

    private static void count(Values values, JsonToken token, boolean inArray) {
        values.inArrays += inArray ? 1 : 0;
        values.plain += inArray ? 0 : 1;
        switch (token) {
            case VALUE_NUMBER_FLOAT -> values.decimals++;
            case VALUE_NUMBER_INT -> values.integers++;
            case VALUE_STRING -> values.texts++;
            case VALUE_TRUE, VALUE_FALSE -> values.truths++;
            default -> values.nullElements++;
        }
    }
}
