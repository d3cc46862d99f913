package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the schema in step with the readers of the configuration: each knows the keys of the other. */
class ConfigSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UNKNOWN = "zzqqzzqq";
    private static final Pattern KNOWN = Pattern.compile(UNKNOWN + ": unknown (?:key|connector).*; known here: (.*)$");

    private final ConfigSchema schema = new ConfigSchema();
    private final Loading loading;

    ConfigSchemaTest(@TempDir Path directory) {
        loading = new Loading(directory);
    }

    @Test
    void keys_areThoseOfTheReaders() throws Exception {
        Map<String, Set<String>> sections = new TreeMap<>();
        List<List<String>> values = new ArrayList<>();
        collect(schema.root(), List.of(), sections, values);
        assertThat(sections).hasSizeGreaterThan(20);
        assertThat(values).hasSizeGreaterThan(60);

        Map<String, Set<String>> read = new TreeMap<>();
        for (String section : sections.keySet()) {
            read.put(section, knownAt(List.of(section.split("/"))));
        }
        // The reader knows this key only to say that MySQL does not have it.
        assertThat(Objects.requireNonNull(read.get("source/mysql")).remove("database"))
                .isTrue();
        assertThat(read).isEqualTo(sections);
    }

    @Test
    void valuesThatAreNoSections_areNoneForTheReadersEither() throws Exception {
        List<List<String>> values = new ArrayList<>();
        collect(schema.root(), List.of(), new TreeMap<>(), values);
        for (List<String> value : values) {
            assertThat(knownAt(value)).as(String.join(".", value)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flsh: { interval: 1s }",
                "flush: { interval: 1 second }",
                "flush: { onReject: ignore }",
                "queue: { bytes: 16 }",
                "http: { port: 70000 }",
                "guard: { truncate: maybe }",
                "load: { readers: 9 }",
                "load: { hours: \"22:00 - 06:00\" }",
                "deadLetters: []"
            })
    void problemsOfAValue_areFound(String more) {
        assertThat(schema.problems(Loading.MINIMAL)).isEmpty();
        assertThat(schema.problems(Loading.MINIMAL + more + "\n")).isNotEmpty();
        assertThat(loading.problemsAnd(more + "\n")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flush: { interval: 0, documents: \"${MANY}\" }",
                "flush:",
                "guard: { documents: \"5\", truncate: hold }",
                "load: { readers: 8, hours: \"22:00-06:00\" }",
                "http: { port: 0, hosts: [tidemark.example.com] }"
            })
    void valuesThatTheReadersTake_areValid(String more) {
        assertThat(loading.with("MANY", "7").minimalAnd(more + "\n")).isNotNull();
        assertThat(schema.problems(Loading.MINIMAL + more + "\n")).isEmpty();
    }

    /** Gathers the keys of each mapping of the schema, by its path, and the paths of everything else. */
    private void collect(JsonNode at, List<String> path, Map<String, Set<String>> sections, List<List<String>> values) {
        JsonNode node = schema.resolve(at);
        boolean section = false;
        for (JsonNode choice : node.path("anyOf")) {
            JsonNode resolved = schema.resolve(choice);
            if (resolved.has("properties") || resolved.has("items")) {
                collect(choice, path, sections, values);
                section = true;
            }
        }
        if (node.has("properties")) {
            section = true;
            Set<String> keys = new TreeSet<>();
            node.path("properties").properties().forEach(key -> {
                keys.add(key.getKey());
                collect(key.getValue(), with(path, key.getKey()), sections, values);
            });
            sections.merge(String.join("/", path), keys, (one, other) -> {
                Set<String> both = new TreeSet<>(one);
                both.addAll(other);
                return both;
            });
        } else if (node.path("additionalProperties").isObject()) {
            section = true;
            JsonNode each = schema.resolve(node.path("additionalProperties"));
            if (each.has("properties") || each.has("anyOf")) {
                collect(each, with(path, "name"), sections, values);
            }
        }
        if (node.has("items")) {
            section = true;
            if (schema.resolve(node.path("items")).has("properties")) {
                collect(node.path("items"), with(path, "[0]"), sections, values);
            }
        }
        if (!section) {
            values.add(path);
        }
    }

    private static List<String> with(List<String> path, String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return List.copyOf(longer);
    }

    /** Returns the keys that the readers name when they meet one that they do not know; none if that is not a mapping. */
    private Set<String> knownAt(List<String> path) throws Exception {
        // A certificate and its key are asked for only if one of them is given.
        boolean client =
                path.get(0).equals("source") && path.get(path.size() - 1).equals("tls");
        Object value = client ? Map.of(UNKNOWN, "x", "certificate", "own.pem") : Map.of(UNKNOWN, "x");
        for (int i = path.size() - 1; i >= 0; i--) {
            String key = path.get(i);
            value = key.equals("[0]") ? List.of(value) : key.isEmpty() ? value : beside(path, i, value);
        }
        Set<String> known = new TreeSet<>();
        for (String problem : loading.problems(JSON.writeValueAsString(value))) {
            Matcher matcher = KNOWN.matcher(problem);
            if (matcher.find()) {
                known.addAll(List.of(matcher.group(1).split(", ")));
            }
        }
        return known;
    }

    /** Returns a mapping of one key, and of those without which a reader does not look at it. */
    private static Map<String, Object> beside(List<String> path, int at, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        String key = path.get(at);
        if (at == 2 && path.get(0).equals("documents")) {
            map.put("table", "public.products");
        }
        map.put(key, value);
        return map;
    }
}
