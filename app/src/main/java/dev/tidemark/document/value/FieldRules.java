package dev.tidemark.document.value;

import dev.tidemark.config.Config;
import dev.tidemark.config.Config.Bounds;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.expression.ResultType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules that the values of a field must satisfy. Values are checked as the row has them, or as the expression yields them, before
 * they are written. Any thread.
 */
public final class FieldRules {

    private static final Set<Kind> NUMBERS = Set.of(Kind.INT32, Kind.INT64, Kind.DECIMAL, Kind.FLOAT32, Kind.FLOAT64);

    /** Something, an @, and a domain of two parts or more. Only sending a mail can verify more. */
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@.]+(\\.[^\\s@.]+)+");

    private static final int LONGEST_EMAIL = 254;

    private final String field;
    private final Config.Rule rule;

    private FieldRules(String field, Config.Rule rule) {
        this.field = field;
        this.rule = rule;
    }

    /** Returns the rules of a field; null if there are none. */
    public static @Nullable FieldRules of(Config.Validation validation, String field) {
        Config.Rule rule = validation.rules().get(field);
        return rule == null ? null : new FieldRules(field, rule);
    }

    /** Returns the problems of rules that do not apply to their fields. */
    public static List<String> problems(Config.Validation validation, List<FieldPlan.Field> fields) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, Config.Rule> entry : validation.rules().entrySet()) {
            FieldPlan.Field field = fields.stream()
                    .filter(each -> each.name().equals(entry.getKey()))
                    .findFirst()
                    .orElse(null);
            if (field == null) {
                problems.add("require." + entry.getKey() + ": there is no such field");
            } else if (field.source() instanceof FieldPlan.OfPath) {
                problems.add("require." + entry.getKey()
                        + ": rules apply to entire fields, and this is a value inside of one");
            } else {
                problems.addAll(problems(entry.getValue(), field));
            }
        }
        return problems;
    }

    private static List<String> problems(Config.Rule rule, FieldPlan.Field field) {
        List<String> problems = new ArrayList<>();
        String of = "require." + field.name() + ".";
        String found = "; it is formed from " + FieldPlan.words(field.source());
        if (rule.range() != null && !isNumber(field.source())) {
            problems.add(of + "range: the field is not a number" + found);
        }
        if (rule.length() != null && !isText(field.source()) && !isList(field.source())) {
            problems.add(of + "length: the field is neither a text nor a list" + found);
        }
        if (rule.regex() != null && !isText(field.source())) {
            problems.add(of + "regex: the field is not text" + found);
        }
        if (rule.email() && !isText(field.source())) {
            problems.add(of + "email: the field is not text" + found);
        }
        return problems;
    }

    private static boolean isNumber(FieldPlan.Source source) {
        if (source instanceof FieldPlan.OfColumn of) {
            return NUMBERS.contains(of.column().type().kind());
        }
        return isResult(source, Set.of(ResultType.Kind.INT, ResultType.Kind.FLOAT, ResultType.Kind.ANY));
    }

    private static boolean isText(FieldPlan.Source source) {
        if (source instanceof FieldPlan.OfColumn of) {
            return of.column().type().kind() == Kind.TEXT;
        }
        return isResult(source, Set.of(ResultType.Kind.TEXT, ResultType.Kind.ANY));
    }

    private static boolean isList(FieldPlan.Source source) {
        if (source instanceof FieldPlan.OfColumn of) {
            return of.column().type().kind() == Kind.ARRAY;
        }
        return source instanceof FieldPlan.OfExpression of
                && of.expression().type().list();
    }

    /**
     * Returns whether the source is an expression of one of these kinds; also for one that does not compile, which has its own
     * problem.
     */
    private static boolean isResult(FieldPlan.Source source, Set<ResultType.Kind> kinds) {
        return source instanceof FieldPlan.Unfit
                || (source instanceof FieldPlan.OfExpression of
                        && !of.expression().type().list()
                        && kinds.contains(of.expression().type().kind()));
    }

    /**
     * Checks a value.
     *
     * @throws InvalidRowException if it breaks a rule: which, and the value
     */
    void check(@Nullable Object value) throws InvalidRowException {
        if (value == null) {
            if (rule.required()) {
                throw broken("it has no value, and is required");
            }
            return;
        }
        Bounds range = rule.range();
        if (range != null) {
            within(range, number(value), spelt(value));
        }
        Bounds length = rule.length();
        if (length != null) {
            int size = length(value);
            within(length, BigDecimal.valueOf(size), "its length of " + size);
        }
        if (rule.regex() != null
                && !(value instanceof String text && rule.regex().isFoundIn(text))) {
            throw broken(spelt(value) + " does not match " + rule.regex());
        }
        if (rule.email()
                && !(value instanceof String text
                        && text.length() <= LONGEST_EMAIL
                        && EMAIL.matcher(text).matches())) {
            throw broken(spelt(value) + " is not an e-mail address");
        }
    }

    private void within(Bounds bounds, BigDecimal number, String what) throws InvalidRowException {
        if (bounds.min() != null && number.compareTo(bounds.min()) < 0) {
            throw broken(what + " is below " + bounds.min().toPlainString());
        }
        if (bounds.max() != null && number.compareTo(bounds.max()) > 0) {
            throw broken(what + " is above " + bounds.max().toPlainString());
        }
    }

    private BigDecimal number(Object value) throws InvalidRowException {
        try {
            return new BigDecimal(value.toString());
        } catch (NumberFormatException e) { // NaN, infinity, or something else in JSON
            throw broken(spelt(value) + " is not a number within a range");
        }
    }

    private int length(Object value) throws InvalidRowException {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        } else if (value instanceof List<?> list) {
            return list.size();
        }
        throw broken(spelt(value) + " has no length");
    }

    private InvalidRowException broken(String reason) {
        return new InvalidRowException("field '" + field + "' breaks its rule: " + reason);
    }

    private static String spelt(Object value) {
        String text = value instanceof byte[] ? "bytes" : String.valueOf(value);
        String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return value instanceof String ? "'" + shown + "'" : shown;
    }
}
