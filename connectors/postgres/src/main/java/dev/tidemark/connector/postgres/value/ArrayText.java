package dev.tidemark.connector.postgres.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's spelling of arrays: {@code {1,NULL,"a b"}}, nested for more dimensions, with {@code [0:2]=} in front if the bounds
 * are not the usual ones (they are left out). Read and written here.
 */
public final class ArrayText {

    private final String text;
    private final ValueForm element;
    private int at;

    private ArrayText(String text, ValueForm element) {
        this.text = text;
        this.element = element;
    }

    /** Returns the elements in order: NULL as null, a further dimension as a nested list. */
    public static List<@Nullable Object> parse(String text, ValueForm element) {
        ArrayText array = new ArrayText(text, element);
        if (text.startsWith("[")) {
            array.at = text.indexOf('=') + 1;
        }
        return array.list();
    }

    /** Spells values so that the server reads them back, each taken as the text it is. */
    public static String write(List<@Nullable String> values) {
        StringBuilder out = new StringBuilder("{");
        for (String value : values) {
            if (out.length() > 1) {
                out.append(',');
            }
            if (value == null) {
                out.append("NULL");
            } else {
                out.append('"')
                        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        }
        return out.append('}').toString();
    }

    private List<@Nullable Object> list() {
        expect('{');
        List<@Nullable Object> values = new ArrayList<>();
        while (peek() != '}') {
            if (!values.isEmpty()) {
                at++; // the comma; only box has another delimiter, and its arrays stay text
            }
            values.add(value());
        }
        at++;
        return Collections.unmodifiableList(values);
    }

    private @Nullable Object value() {
        char first = peek();
        if (first == '{') {
            return list();
        }
        if (first == '"') {
            return element.ofText(quoted());
        }
        String word = word();
        if (word.equals("NULL")) {
            return null;
        }
        return element.ofText(word);
    }

    private String quoted() {
        at++;
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
            }
            value.append(peek());
            at++;
        }
        at++;
        return value.toString();
    }

    private String word() {
        int start = at;
        while (peek() != ',' && peek() != '}') {
            at++;
        }
        return text.substring(start, at);
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw new IllegalArgumentException("not an array: " + text);
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw new IllegalArgumentException("an array that ends early: " + text);
        }
        return text.charAt(at);
    }
}
