package dev.tidemark.document;

import dev.tidemark.sink.FoundDocument;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Filter that selects the documents to delete along with a deleted row. */
public sealed interface DocumentFilter {

    /**
     * A filter of the sink that matches these documents and no others.
     *
     * @param text the filter, with its values
     */
    record Exact(String text) implements DocumentFilter {

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Documents that hold these very values. A filter of the sink compares text by its words, without case and signs, so it
     * finds candidates at best.
     *
     * @param conditions all of them must hold
     */
    record ByValue(List<Condition> conditions) implements DocumentFilter {

        public ByValue {
            conditions = List.copyOf(conditions);
        }

        public List<String> fields() {
            return conditions.stream().map(Condition::field).distinct().toList();
        }

        /** Returns a filter of the sink that matches at least these documents; null if none is sure to. */
        public @Nullable String candidates() {
            String filter = conditions.stream()
                    .filter(Condition::isSafe)
                    .map(Condition::filter)
                    .collect(Collectors.joining(" && "));
            return filter.isEmpty() ? null : filter;
        }

        /** Returns whether the document is one of them. */
        public boolean matches(FoundDocument found) {
            return conditions.stream()
                    .allMatch(condition -> found.of(condition.field()).contains(condition.value()));
        }

        @Override
        public String toString() {
            return conditions.stream()
                    .map(condition -> condition.field() + " = '" + condition.value() + "'")
                    .collect(Collectors.joining(" and "));
        }
    }

    /**
     * A field, one of whose values is this one.
     *
     * @param isText whether it is text, and not an integer
     */
    record Condition(String field, String value, boolean isText) {

        /**
         * Words that every tokenizer takes the same way in a document and in a filter. All else may end a filter, be dropped
         * from it, or be cut off.
         */
        private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.@ -]{0,78}[A-Za-z0-9])?");

        boolean isSafe() {
            return !isText || SAFE.matcher(value).matches();
        }

        String filter() {
            return isText ? field + ":=`" + value + "`" : field + ":=" + value;
        }
    }
}
