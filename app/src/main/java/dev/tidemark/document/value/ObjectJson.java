package dev.tidemark.document.value;

import java.util.Arrays;

/**
 * A copy of JSON text as a field of objects takes it. Typesense puts the values of one key of all objects in an array into one
 * array, and that cannot hold a null: such keys are left out, as a NULL column is. Nulls elsewhere stay. A key that begins with
 * {@code *} or contains {@code .*} is a pattern of names for it: with a number or a boolean below, 0.24 keeps half of the
 * document and fails the request each time it is sent, so the value is rejected here. The text is that of a database, so it is
 * known to be valid. One use.
 */
final class ObjectJson {

    /** JSON escape of a star or a dot, without its last digit. */
    private static final String ESCAPED_STAR = "\\u002";

    private final String json;
    private final StringBuilder out;
    private final boolean onlyObjects;
    private final int arraysAround;
    /**
     * For each open object or array: whether it is an array, whether it holds something, and the index at which its last member
     * began.
     */
    private boolean[] array = new boolean[16];

    private boolean[] filled = new boolean[16];
    private int[] member = new int[16];
    private int depth;
    private int arrays;
    private boolean value = true;
    /** Depth of the object of a key that Typesense takes for a pattern, while its value is copied; else 0. */
    private int patternDepth;

    private String pattern = "";

    private ObjectJson(String json, boolean insideArray, boolean onlyObjects) {
        this.json = json;
        this.out = new StringBuilder(json.length());
        this.arraysAround = insideArray ? 1 : 0;
        this.onlyObjects = onlyObjects;
    }

    /**
     * Returns the text without null keys of objects that are in an array.
     *
     * @param insideArray whether the text itself is an element of an array
     * @throws ValueRejectedException if a key with a number or a boolean is a pattern of names
     */
    static String withoutNulls(String json, boolean insideArray) throws ValueRejectedException {
        boolean nulls = json.contains("null") && (insideArray || json.indexOf('[') >= 0);
        if (!nulls && json.indexOf('*') < 0 && !json.contains(ESCAPED_STAR)) {
            return json;
        }
        String copy = new ObjectJson(json, insideArray, false).copy();
        return nulls ? copy : json;
    }

    /**
     * Returns the text as {@link #withoutNulls} does, of an array of objects.
     *
     * @throws ValueRejectedException if an element is not an object
     */
    static String arrayOfObjects(String json) throws ValueRejectedException {
        return new ObjectJson(json, false, true).copy();
    }

    private String copy() throws ValueRejectedException {
        int at = 0;
        while (at < json.length()) {
            char c = json.charAt(at);
            switch (c) {
                case ' ', '\t', '\n', '\r', ',' -> at++;
                case ':' -> {
                    out.append(c);
                    value = true;
                    at++;
                }
                case '{', '[' -> {
                    open(at, c);
                    at++;
                }
                case '}', ']' -> {
                    close(c);
                    at++;
                }
                default -> at = text(at, c == '"' ? endOfString(at) : endOfWord(at));
            }
        }
        return out.toString();
    }

    private void open(int at, char c) throws ValueRejectedException {
        begin(at);
        out.append(c);
        if (depth == array.length) {
            array = Arrays.copyOf(array, depth * 2);
            filled = Arrays.copyOf(filled, depth * 2);
            member = Arrays.copyOf(member, depth * 2);
        }
        array[depth] = c == '[';
        filled[depth] = false;
        arrays += c == '[' ? 1 : 0;
        depth++;
        value = c == '[';
    }

    private void close(char c) {
        out.append(c);
        depth--;
        arrays -= c == ']' ? 1 : 0;
        patternDepth = depth < patternDepth ? 0 : patternDepth;
        value = depth > 0 && array[depth - 1];
    }

    /** Copies a key, or a value that is neither an object nor an array. Returns the index of its end. */
    private int text(int from, int to) throws ValueRejectedException {
        if (!value) {
            key(from, to);
            member[depth - 1] = out.length();
            separate();
            out.append(json, from, to);
        } else if (isLeftOut(from, to)) {
            out.setLength(member[depth - 1]);
            value = false;
        } else {
            rejectBelowPattern(from);
            begin(from);
            out.append(json, from, to);
            value = depth > 0 && array[depth - 1];
        }
        return to;
    }

    private void key(int from, int to) {
        if (patternDepth == 0 || depth <= patternDepth) {
            String name = json.substring(from + 1, to - 1);
            String plain = name.contains(ESCAPED_STAR)
                    ? name.replaceAll("\\\\u002[aA]", "*").replaceAll("\\\\u002[eE]", ".")
                    : name;
            patternDepth = (plain.startsWith("*") || FieldNames.isPattern(plain)) ? depth : 0;
            pattern = name;
        }
    }

    private void rejectBelowPattern(int from) throws ValueRejectedException {
        if (patternDepth > 0 && json.charAt(from) != '"' && json.charAt(from) != 'n') {
            throw new ValueRejectedException("the JSON has a number or a boolean at the key '" + pattern
                    + "', which Typesense takes for a pattern of names; 'type: string' keeps the text");
        }
    }

    private boolean isLeftOut(int from, int to) {
        return depth > 0
                && !array[depth - 1]
                && arrays + arraysAround > 0
                && to - from == 4
                && json.startsWith("null", from);
    }

    /** Begins a value: an element of an array, or what follows a key. */
    private void begin(int at) throws ValueRejectedException {
        if (onlyObjects && depth == 1 && json.charAt(at) != '{') {
            String found = json.startsWith("null", at) ? "null" : "not an object";
            throw new ValueRejectedException("an element of the JSON array is " + found
                    + ", and a field of type object[] takes objects only; 'type: string' keeps the text");
        }
        if (depth == 0) {
            return;
        }
        if (array[depth - 1]) {
            separate();
        }
        filled[depth - 1] = true;
    }

    private void separate() {
        if (filled[depth - 1]) {
            out.append(',');
        }
    }

    private int endOfString(int from) {
        int at = from + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private int endOfWord(int from) {
        int at = from;
        while (at < json.length() && " \t\n\r,:{}[]\"".indexOf(json.charAt(at)) < 0) {
            at++;
        }
        return at;
    }
}
