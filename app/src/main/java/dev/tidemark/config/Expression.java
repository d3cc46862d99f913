package dev.tidemark.config;

/**
 * A CEL expression of the file.
 *
 * @param text the expression, with what <code>${...}</code> stands for
 * @param path its key, such as {@code documents[0].where}
 * @param places the locations of its characters in the file
 */
public record Expression(String text, String path, SourceLocations places) {

    /** Returns the text as messages show it: in backticks. */
    public String quoted() {
        return "`" + text.strip() + "`";
    }

    /** Returns the location of a character of the expression, for a message: {@code tidemark.yml:14:23: documents[0].where}. */
    public String at(int offset) {
        SourceLocations.Place place = places.of(offset);
        return places.file() + ":" + place.line() + ":" + place.column() + ": " + path;
    }
}
