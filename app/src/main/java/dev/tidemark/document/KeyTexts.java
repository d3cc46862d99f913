package dev.tidemark.document;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keys as one text: the text of the one column, or those of several, escaped and joined by ":" so that two keys never share one. */
public final class KeyTexts {

    private KeyTexts() {}

    /** Returns the text of one of several columns, as the text of the key contains it. */
    static String escape(String text) {
        return text.indexOf('%') < 0 && text.indexOf(':') < 0
                ? text
                : text.replace("%", "%25").replace(":", "%3A");
    }

    /** Returns the text of a key of these columns. */
    public static String join(List<String> texts) {
        return texts.size() == 1
                ? texts.get(0)
                : texts.stream().map(KeyTexts::escape).collect(Collectors.joining(":"));
    }

    /** Returns the texts of the key's columns; null if it is not the text of a key of that number of columns. */
    public static String @Nullable [] split(String key, int columns) {
        if (columns == 1) {
            return new String[] {key};
        }
        String[] texts = key.split(":", -1);
        if (texts.length != columns) {
            return null;
        }
        for (int i = 0; i < texts.length; i++) {
            texts[i] = texts[i].replace("%3A", ":").replace("%25", "%");
        }
        return texts;
    }
}
