package dev.tidemark.config.read;

import dev.tidemark.config.Config;
import dev.tidemark.config.Config.Bounds;
import dev.tidemark.config.Config.OnInvalid;
import dev.tidemark.config.Config.Rule;
import dev.tidemark.config.Config.Validation;
import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.expression.Regex;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys {@code require} and {@code onInvalid} of a document. */
final class ValidationReader {

    private static final Map<String, OnInvalid> ON_INVALID =
            Map.of("dead-letter", OnInvalid.DEAD_LETTER, "skip", OnInvalid.SKIP, "stop", OnInvalid.STOP);

    private ValidationReader() {}

    /** @param fields the document's fields; null if every column is one: then the table determines whether they exist */
    static Validation read(YamlMap document, @Nullable Map<String, Config.Field> fields) {
        Map<String, Rule> rules = document.optional("require")
                .flatMap(YamlValue::map)
                .map(map -> rules(map, fields))
                .orElse(Map.of());
        Optional<YamlValue> onInvalid = document.optional("onInvalid");
        if (onInvalid.isPresent() && !document.has("require")) {
            onInvalid
                    .get()
                    .wrong("says what to do with documents that break a rule, and there is none", "add 'require'");
        }
        return new Validation(
                rules, onInvalid.flatMap(value -> value.oneOf(ON_INVALID)).orElse(OnInvalid.DEAD_LETTER));
    }

    private static Map<String, Rule> rules(YamlMap map, @Nullable Map<String, Config.Field> fields) {
        if (map.keys().isEmpty()) {
            map.problem(map.line(), "must name at least one field", "such as 'name: { required: true }'");
        }
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (String field : map.keys()) {
            map.optional(field).ifPresent(value -> {
                if (fields != null && !fields.containsKey(field)) {
                    value.wrong("there is no such field", Suggestion.hint(field, fields.keySet()));
                }
                value.map().map(ValidationReader::rule).ifPresent(rule -> rules.put(field, rule));
            });
        }
        return rules;
    }

    private static Rule rule(YamlMap map) {
        if (map.keys().isEmpty()) {
            map.problem(map.line(), "has no rule", "known: required, range, length, regex, email");
        }
        Rule rule = new Rule(
                map.optional("required").flatMap(YamlValue::bool).orElse(false),
                map.optional("range").flatMap(value -> bounds(value, false)).orElse(null),
                map.optional("length").flatMap(value -> bounds(value, true)).orElse(null),
                map.optional("regex").flatMap(ValidationReader::regex).orElse(null),
                map.optional("email").flatMap(YamlValue::bool).orElse(false));
        map.finish();
        return rule;
    }

    private static Optional<Bounds> bounds(YamlValue value, boolean counts) {
        return value.map().map(map -> {
            BigDecimal min =
                    map.optional("min").flatMap(each -> number(each, counts)).orElse(null);
            BigDecimal max =
                    map.optional("max").flatMap(each -> number(each, counts)).orElse(null);
            map.finish();
            if (map.keys().isEmpty()) {
                map.problem(map.line(), "has no bound", "such as { min: 1, max: 100 }");
            }
            if (min != null && max != null && min.compareTo(max) > 0) {
                map.problem(map.line(), "nothing is between these bounds", "'min' must not be above 'max'");
            }
            return new Bounds(min, max);
        });
    }

    private static Optional<BigDecimal> number(YamlValue value, boolean count) {
        if (count) {
            return value.integer(0, Integer.MAX_VALUE).map(BigDecimal::valueOf);
        }
        Optional<String> text = value.text();
        try {
            return text.map(BigDecimal::new);
        } catch (NumberFormatException e) {
            return value.invalid("must be a number", "such as 0 or -1.5");
        }
    }

    private static Optional<Regex> regex(YamlValue value) {
        Optional<String> text = value.text();
        try {
            return text.map(Regex::of);
        } catch (IllegalArgumentException e) {
            return value.invalid("must be a regular expression of RE2", "see docs/guides/expressions.md");
        }
    }
}
