package dev.tidemark.expression;

import static dev.tidemark.expression.Arguments.integer;
import static dev.tidemark.expression.Arguments.list;
import static dev.tidemark.expression.Arguments.text;

import com.google.re2j.Matcher;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Functions of texts; docs/guides/expressions.md lists them. */
final class TextFunctions {

    private TextFunctions() {}

    static void addTo(Library library) {
        CelType text = Types.TEXT;
        CelType texts = ListType.create(SimpleType.STRING);
        CelType any = SimpleType.DYN;
        library.add("lower", text, List.of(text), args -> text(args, 0).toLowerCase(Locale.ROOT));
        library.add("upper", text, List.of(text), args -> text(args, 0).toUpperCase(Locale.ROOT));
        library.add("trim", text, List.of(text), args -> text(args, 0).strip());
        library.add("split", texts, List.of(text, text), args -> split(text(args, 0), text(args, 1)));
        library.add("join", text, List.of(ListType.create(any), text), args -> join(list(args, 0), text(args, 1)));
        library.add(
                "replace",
                text,
                List.of(text, text, text),
                args -> text(args, 0).replace(text(args, 1), text(args, 2)));
        library.add(
                "replaceRegex",
                text,
                List.of(text, text, text),
                args -> Patterns.regex(text(args, 1)).matcher(text(args, 0)).replaceAll(text(args, 2)));
        library.add("extract", text, List.of(text, text), args -> extract(text(args, 0), text(args, 1)));
        library.add("extractAll", texts, List.of(text, text), args -> extractAll(text(args, 0), text(args, 1)));
        library.add(
                "substring",
                text,
                List.of(text, SimpleType.INT),
                args -> substring(text(args, 0), integer(args, 1), Integer.MAX_VALUE));
        library.add(
                "substring",
                text,
                List.of(text, SimpleType.INT, SimpleType.INT),
                args -> substring(text(args, 0), integer(args, 1), integer(args, 2)));
        library.add("stripHtml", text, List.of(text), args -> Html.strip(text(args, 0)));
        library.add("slug", text, List.of(text), args -> Slug.of(text(args, 0)));
        library.add("hash", text, List.of(any), args -> hash(args[0]));
    }

    /** Returns the parts of a text; an empty text has none. */
    private static List<String> split(String text, String separator) {
        List<String> parts = new ArrayList<>();
        if (text.isEmpty()) {
            return parts;
        }
        if (separator.isEmpty()) {
            text.codePoints().forEach(point -> parts.add(Character.toString(point)));
            return parts;
        }
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** Joins the elements of a list; nulls are left out. */
    private static String join(List<?> list, String separator) {
        StringJoiner joined = new StringJoiner(separator);
        for (Object each : list) {
            if (!(each instanceof NullValue)) {
                joined.add(each instanceof String text ? text : Json.text(each));
            }
        }
        return joined.toString();
    }

    private static Object extract(String text, String regex) {
        Matcher matcher = Patterns.regex(regex).matcher(text);
        return matcher.find() ? found(matcher) : NullValue.NULL_VALUE;
    }

    private static List<Object> extractAll(String text, String regex) {
        List<Object> all = new ArrayList<>();
        Matcher matcher = Patterns.regex(regex).matcher(text);
        while (matcher.find()) {
            all.add(found(matcher));
        }
        return all;
    }

    /** Returns the content of the first group, or all of the match if the pattern has no group. */
    private static Object found(Matcher matcher) {
        String group = matcher.group(matcher.groupCount() > 0 ? 1 : 0);
        return group == null ? NullValue.NULL_VALUE : group;
    }

    /** Returns a part of a text, by code points; what lies beyond the end is left out. */
    private static String substring(String text, int from, int to) {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("there is no part of a text from " + from + " to " + to);
        }
        int length = text.codePointCount(0, text.length());
        int begin = text.offsetByCodePoints(0, Math.min(from, length));
        return text.substring(begin, text.offsetByCodePoints(begin, Math.min(to, length) - Math.min(from, length)));
    }

    private static String hash(Object value) {
        String text = value instanceof String already ? already : Json.text(value);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
