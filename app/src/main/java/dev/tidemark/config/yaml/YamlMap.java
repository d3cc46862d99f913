package dev.tidemark.config.yaml;

import dev.tidemark.config.Printable;
import dev.tidemark.config.SourceLocations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping that is read key by key and remembers which keys were requested; the keys that are left in the end are unknown. Every
 * error is added to the problems, and the reading continues with "not given".
 */
public final class YamlMap {

    private final String path;
    private final int line;
    private final Reading reading;
    private final Map<String, YamlValue> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** Context that all values of one file share. */
    public record Reading(
            Problems problems,
            Interpolation interpolation,
            SourceLocations.Source source,
            Paths paths,
            Secrets secrets) {}

    /** Kinds of secrets that a reading needs. */
    public enum Secrets {
        ALL,
        /** A reference to a variable that is not set, or to a file that does not exist, counts as an empty secret. */
        THOSE_THAT_EXIST
    }

    /** Creates an empty mapping, for a section that is not given. */
    YamlMap(String path, int line, Reading reading) {
        this.path = path;
        this.line = line;
        this.reading = reading;
    }

    public YamlMap(String path, int line, MappingNode node, Reading reading) {
        this(path, line, reading);
        addAll(node, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /** Adds the node's keys. Its own keys come first: what a merge ({@code <<}) brings never replaces them. */
    private void addAll(MappingNode node, Set<Node> seen) {
        if (!seen.add(node)) {
            return;
        }
        List<Node> merged = new ArrayList<>();
        Set<String> own = new LinkedHashSet<>();
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problem(YamlFile.line(tuple.getKeyNode()), "a key must be plain text", null);
            } else if (key.getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
            } else if (own.add(key.getValue())) {
                values.putIfAbsent(
                        key.getValue(),
                        new YamlValue(pathOf(key.getValue()), YamlFile.line(key), tuple.getValueNode(), reading));
            } else {
                reading.problems()
                        .add(pathOf(key.getValue()), YamlFile.line(key), null, "this key is given twice", "remove one");
            }
        }
        merged.forEach(source -> merge(source, seen));
    }

    private void merge(Node source, Set<Node> seen) {
        if (source instanceof MappingNode mapping) {
            addAll(mapping, seen);
        } else if (source instanceof SequenceNode list && seen.add(list)) {
            list.getValue().forEach(each -> merge(each, seen));
        } else {
            problem(YamlFile.line(source), "'<<' must name a mapping", "write '<<: *anchor'");
        }
    }

    public String path() {
        return path;
    }

    /** Returns what relative paths in the file start at. */
    public Paths paths() {
        return reading.paths();
    }

    public int line() {
        return line;
    }

    /** Returns the keys that are given, in their order. */
    public Collection<String> keys() {
        return values.keySet();
    }

    String pathOf(String key) {
        return (path.isEmpty() ? "" : path + ".") + Printable.key(key);
    }

    public void problem(int at, String message, @Nullable String hint) {
        reading.problems().add(path, at, null, message, hint);
    }

    /** Adds a problem of a key that may be left out. */
    public void problemOf(String key, String message, String hint) {
        YamlValue value = values.get(key);
        if (value == null) {
            reading.problems().add(pathOf(key), line, null, message, hint);
        } else {
            value.wrong(message, hint);
        }
    }

    /** Returns whether the key exists, with or without a value. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Returns the value of a key that may be left out. A key without a value is a problem. */
    public Optional<YamlValue> optional(String key) {
        Optional<YamlValue> value = nullable(key);
        if (value.isPresent() && value.get().isNull()) {
            value.get().wrong("has no value", "give it one, or remove the key");
            return Optional.empty();
        }
        return value;
    }

    /** Returns the value of a key that may be left out, or be given without a value. */
    public Optional<YamlValue> nullable(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    /** Returns the value of a key that must be given; the hint shows how. */
    public Optional<YamlValue> required(String key, String hint) {
        if (!has(key)) {
            known.add(key);
            missing.put(key, hint);
            return Optional.empty();
        }
        return optional(key);
    }

    /** Returns a mapping that may be left out or be empty; then all of its keys are not given. */
    public YamlMap section(String key) {
        return nullable(key)
                .filter(value -> !value.isNull())
                .flatMap(YamlValue::map)
                .orElseGet(() -> new YamlMap(pathOf(key), line, reading));
    }

    /** Reports every key that was never requested, and the required keys that are missing. */
    public void finish() {
        values.forEach((key, value) -> {
            if (!known.contains(key)) {
                value.wrong("unknown key", Suggestion.hint(key, known));
                // A misspelling is one problem: the key that was meant is not reported as missing as well.
                Suggestion.of(key, known).ifPresent(missing::remove);
            }
        });
        missing.forEach(
                (key, hint) -> reading.problems().add(pathOf(key), line, null, "is required and not given", hint));
    }
}
