package dev.tidemark.config.yaml;

import org.jspecify.annotations.Nullable;

/**
 * Meaning of a parser's error, with a message of ours: the parser quotes the file, and a password that begins with {@code *} or
 * {@code &} would be quoted too (invariant 8).
 */
record YamlMistake(String message, String hint) {

    private static final String QUOTE = "put a value that begins with * & ! % @ ` or has ': ' or ' #' in it in quotes";

    static final YamlMistake REFERENCE_IN_BRACES = new YamlMistake(
            "not valid YAML: a ${...} without quotes inside { } or [ ]", "put it in quotes: \"${VAR}\"");

    static YamlMistake of(@Nullable String problem) {
        String text = problem == null ? "" : problem;
        if (text.contains("TAB")) {
            return new YamlMistake("not valid YAML: a tab in the indentation", "use spaces");
        }
        if (text.contains("undefined alias")) {
            return new YamlMistake("not valid YAML: an alias (*) of nothing", QUOTE);
        }
        if (text.contains("another document")) {
            return new YamlMistake("holds a second YAML document", "remove the '---' and what follows it");
        }
        if (text.contains("mapping values are not allowed")) {
            return new YamlMistake("not valid YAML: a ':' where none can be", "check the indentation; " + QUOTE);
        }
        if (text.contains("could not find expected ':'")) {
            return new YamlMistake(
                    "not valid YAML: a key without ': '", "write 'key: value', with a blank after the colon");
        }
        if (text.contains("block end")) {
            return new YamlMistake(
                    "not valid YAML: this does not belong here", "check the indentation of it and of the line above");
        }
        if (text.contains("',' or")) {
            return new YamlMistake(
                    "not valid YAML: a list or mapping in brackets is not closed", "check ',' ']' and '}'");
        }
        if (text.contains("end of stream")) {
            return new YamlMistake("not valid YAML: a quote is not closed", "check the quotes before this line");
        }
        if (text.contains("escape")) {
            return new YamlMistake(
                    "not valid YAML: an unknown \\ sequence", "use 'single quotes', which take \\ as it is");
        }
        return new YamlMistake("not valid YAML", QUOTE);
    }
}
