package dev.tidemark.config.yaml;

import dev.tidemark.config.Expression;
import dev.tidemark.config.Located;
import dev.tidemark.config.Printable;
import dev.tidemark.config.SourceLocations;
import dev.tidemark.config.yaml.YamlMap.Reading;
import dev.tidemark.connector.Secret;
import dev.tidemark.expression.Dialect;
import dev.tidemark.expression.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One value of the file. The reader of the key decides its type, never the look of the text: {@code no} is a word and
 * {@code 010} is not the number 8. A value that cannot be read is added to the problems and returned as "not given".
 */
public final class YamlValue {

    private static final Pattern ONE_REFERENCE = Pattern.compile("\\$\\{[^${}]*}");
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");
    private static final Pattern IN_HEADER = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE, Tag.MAP, Tag.SEQ);

    private final String path;
    private final int line;
    private final Node node;
    private final Reading reading;
    private final boolean hidden;

    YamlValue(String path, int line, Node node, Reading reading) {
        this(path, line, node, reading, false);
    }

    private YamlValue(String path, int line, Node node, Reading reading, boolean hidden) {
        this.path = path;
        this.line = line;
        this.node = node;
        this.reading = reading;
        this.hidden = hidden;
    }

    /** Returns the same value, of which nothing is ever shown (invariant 8). */
    public YamlValue hidden() {
        return new YamlValue(path, line, node, reading, true);
    }

    String path() {
        return path;
    }

    /** Returns what relative paths in the file start at. */
    public Paths paths() {
        return reading.paths();
    }

    /** Returns its place for messages that come later than the reading, such as {@code documents[0].query (line 12)}. */
    public String place() {
        return path + " (line " + line + ")";
    }

    public boolean isNull() {
        return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
    }

    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    public boolean isMap() {
        return node instanceof MappingNode;
    }

    /** Adds a problem of the key, without the value that was found. */
    public <T> Optional<T> wrong(String message, @Nullable String hint) {
        reading.problems().add(path, line, null, message, hint);
        return Optional.empty();
    }

    /** Adds a problem of the value. The value is shown as the file spells it, so never what a reference stands for. */
    public <T> Optional<T> invalid(String message, @Nullable String hint) {
        String found = !hidden && node instanceof ScalarNode scalar ? Printable.value(scalar.getValue()) : null;
        reading.problems().add(path, line, found, message, hint);
        return Optional.empty();
    }

    /** Returns a hint drawn from the text if the text is the file's own, else the other hint. */
    private String hint(String fromText, String other) {
        return isLiteral() ? fromText : other;
    }

    private boolean isLiteral() {
        return !hidden
                && node instanceof ScalarNode scalar
                && !scalar.getValue().contains("${");
    }

    /** Returns a text that is not empty and stays on one line. */
    public Optional<String> text() {
        Optional<String> text = scalar("text");
        if (text.isPresent() && text.get().isEmpty()) {
            return wrong("is empty", "give it a value, or check what the variable or file holds");
        }
        if (text.isPresent() && CONTROL.matcher(text.get()).find()) {
            return invalid("must not hold line breaks or other control characters", null);
        }
        return text;
    }

    /** Returns a text that is not empty and may have several lines. */
    public Optional<String> lines() {
        Optional<String> text = scalar("text");
        return text.isPresent() && text.get().isBlank() ? wrong("is empty", "give it a value") : text;
    }

    /** Returns a text of the given form. */
    public Optional<String> text(Pattern form, String message, @Nullable String hint) {
        Optional<String> text = text();
        if (text.isPresent() && !form.matcher(text.get()).matches()) {
            return invalid(message, hint);
        }
        return text;
    }

    /** Returns a text and its location: for what can only be checked against the table. */
    public Optional<Located> located() {
        Optional<String> text = text();
        if (text.isEmpty() || !(node instanceof ScalarNode scalar)) {
            return Optional.empty();
        }
        SourceLocations places = SourceLocations.of(reading.source(), scalar, text.get());
        return text.map(value -> new Located(value, new Expression(value, path, places).at(0)));
    }

    /** Returns a CEL expression without syntax errors; on several lines, too. Its types are checked against the table. */
    public Optional<Expression> expression() {
        Optional<String> text = scalar("an expression");
        if (text.isEmpty() || !(node instanceof ScalarNode scalar)) {
            return Optional.empty();
        }
        if (text.get().isBlank()) {
            return wrong("is empty", "such as \"row.first + ' ' + row.last\"");
        }
        SourceLocations places = SourceLocations.of(reading.source(), scalar, text.get());
        List<Fault> faults = Dialect.syntaxFaults(text.get());
        for (Fault fault : faults) {
            // What a reference stands for may be a secret, and a fault quotes the text in which it is.
            String message = isLiteral() ? fault.message() : "is not a CEL expression";
            reading.problems().add(path, places.of(fault.offset()), message, isLiteral() ? fault.hint() : null);
        }
        return faults.isEmpty() ? Optional.of(new Expression(text.get(), path, places)) : Optional.empty();
    }

    public Optional<Secret> secret() {
        return isUnsetSecret() ? Optional.of(new Secret("")) : hidden().text().map(Secret::new);
    }

    /** Returns whether this secret is yet to be created, and the reading may do without it. */
    public boolean isUnsetSecret() {
        if (reading.secrets() == YamlMap.Secrets.ALL || !(node instanceof ScalarNode scalar) || isLiteral()) {
            return false;
        }
        Interpolation.Result result = reading.interpolation().replace(scalar.getValue());
        return !result.faults().isEmpty() || result.text().isBlank();
    }

    /** Returns a secret that is sent in an HTTP header. Whitespace around it does not count: files end with line breaks. */
    public Optional<Secret> headerSecret() {
        if (isUnsetSecret()) {
            return Optional.of(new Secret(""));
        }
        YamlValue secret = hidden();
        Optional<String> text = secret.scalar("text").map(String::strip);
        if (text.isPresent() && text.get().isEmpty()) {
            return secret.wrong("is empty", "give it a value, or check what the variable or file holds");
        }
        if (text.isPresent() && !IN_HEADER.matcher(text.get()).matches()) {
            return secret.invalid("must be plain ASCII without spaces", "check the full value");
        }
        return text.map(Secret::new);
    }

    public Optional<Integer> integer(int least, int most) {
        Optional<String> text = scalar("a number");
        String message = "must be an integer from " + least + " to " + most;
        if (text.isPresent() && !INTEGER.matcher(text.get()).matches()) {
            return invalid(message, "write plain digits, without leading zeros or signs in between");
        }
        Optional<Long> number = text.map(Long::parseLong);
        if (number.isPresent() && (number.get() < least || number.get() > most)) {
            return invalid(message, null);
        }
        return number.map(Long::intValue);
    }

    public Optional<Boolean> bool() {
        return oneOf(Map.of("true", true, "false", false));
    }

    /** Returns the value of one of the given words. */
    public <T> Optional<T> oneOf(Map<String, T> words) {
        return oneOf(words, Map.of());
    }

    /** Returns the value of one of the given words; {@code hints} has hints for wrong words that many will try. */
    public <T> Optional<T> oneOf(Map<String, T> words, Map<String, String> hints) {
        Optional<String> text = scalar("text");
        if (text.isPresent() && !words.containsKey(text.get())) {
            String all = String.join(", ", words.keySet().stream().sorted().toList());
            String near = hints.getOrDefault(
                    text.get(),
                    Suggestion.of(text.get(), words.keySet())
                            .map(word -> "did you mean '" + word + "'?")
                            .orElse(null));
            return invalid("must be one of: " + all, isLiteral() ? near : null);
        }
        return text.flatMap(word -> Optional.ofNullable(words.get(word)));
    }

    /** Returns a duration; a bare 0 is valid only if {@code least} is zero. */
    public Optional<Duration> duration(Duration least, Duration most) {
        Optional<String> text = scalar("a duration");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Duration> duration =
                least.isZero() && text.get().equals("0") ? Optional.of(Duration.ZERO) : Quantities.duration(text.get());
        if (duration.isEmpty()) {
            String hint = hint(Quantities.durationHint(text.get()), "write it like 250ms, 2s, 5m or 1h");
            return invalid("must be a duration", hint);
        }
        if (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0) {
            String range = Quantities.describe(least) + " to " + Quantities.describe(most);
            return invalid("must be a duration from " + range, null);
        }
        return duration;
    }

    /** Returns a size in bytes. */
    public Optional<Long> size(long least, long most, String hintWhereMore) {
        Optional<String> text = scalar("a size");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> size = Quantities.size(text.get());
        if (size.isEmpty()) {
            return invalid("must be a size", hint(Quantities.sizeHint(text.get()), "write it like 512KB, 16MB or 1GB"));
        }
        if (size.get() < least) {
            return invalid("must be at least " + Quantities.describe(least), null);
        }
        return size.get() > most ? invalid("must be at most " + Quantities.describe(most), hintWhereMore) : size;
    }

    /** Returns the mapping that this value is. */
    public Optional<YamlMap> map() {
        return node instanceof MappingNode mapping && plainTag()
                ? Optional.of(new YamlMap(path, line, mapping, reading))
                : wrongType("a mapping");
    }

    /** Returns the items of the list that this value is; items without a value are problems and left out. */
    public Optional<List<YamlValue>> items() {
        if (!(node instanceof SequenceNode sequence) || !plainTag()) {
            return wrongType("a list");
        }
        List<Node> nodes = sequence.getValue();
        List<YamlValue> items = IntStream.range(0, nodes.size())
                .mapToObj(i ->
                        new YamlValue(path + "[" + i + "]", YamlFile.line(nodes.get(i)), nodes.get(i), reading, hidden))
                .filter(item ->
                        !item.isNull() || item.wrong("has no value", null).isPresent())
                .toList();
        return Optional.of(items);
    }

    /** Returns the items of a list, or this value as the one item if it is not a list. */
    public Optional<List<YamlValue>> itemOrItems() {
        return node instanceof ScalarNode && !isNull() && plainTag() ? Optional.of(List.of(this)) : items();
    }

    private Optional<String> scalar(String wanted) {
        if (!(node instanceof ScalarNode scalar) || isNull() || !plainTag()) {
            return wrongType(wanted);
        }
        Interpolation.Result result = reading.interpolation().replace(scalar.getValue());
        if (result.faults().isEmpty()) {
            return Optional.of(result.text());
        }
        if (hidden && !ONE_REFERENCE.matcher(scalar.getValue()).matches()) {
            // What looks like a reference may be a part of the secret itself.
            return wrong("has a ${...} that cannot be replaced", "write $${ where the value itself holds ${");
        }
        result.faults().forEach(fault -> wrong(fault.message(), fault.hint()));
        return Optional.empty();
    }

    private boolean plainTag() {
        return PLAIN_TAGS.contains(node.getTag());
    }

    /** Adds a problem that shows only what kind of value was found, not its content. */
    private <T> Optional<T> wrongType(String wanted) {
        if (!plainTag()) {
            return wrong("YAML tags (!) are not known here", "put a value that begins with ! in quotes");
        }
        String kind = isNull() ? "nothing" : isMap() ? "a mapping" : isScalar() ? "plain text" : "a list";
        return wrong("must be " + wanted + ", not " + kind, null);
    }
}
