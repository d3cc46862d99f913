package dev.tidemark.config.read;

import dev.tidemark.config.Config;
import dev.tidemark.config.Config.OnReject;
import dev.tidemark.config.LoadHours;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.ConnectorFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reader of the root of the file and its small sections. If a value is missing or wrong, the reading continues with a
 * replacement; a configuration with problems is never returned.
 */
final class ConfigReader {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Pattern HOURS = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]");
    private static final int MOST_READERS = 8;
    private static final long SMALLEST = 64L << 10;
    private static final long MB = 1L << 20;
    private static final long LARGEST_ON_DISK = 1L << 50;

    private final List<ConnectorFactory> connectors;
    private final long heap;
    private final TableNames tables;

    ConfigReader(List<ConnectorFactory> connectors, long heap, TableNames tables) {
        this.connectors = List.copyOf(connectors);
        this.heap = heap;
        this.tables = tables;
    }

    Config read(YamlMap root) {
        String name = root.required("name", "such as 'name: shop'; slot, publication and files are named after it")
                .flatMap(value -> value.text(
                        NAME, "must begin with a-z and hold only a-z, 0-9 and _, at most 31", "such as 'shop'"))
                .orElse("");
        Path state = state(root);
        List<Config.Document> documents = root.required(
                        "documents", "such as 'documents: [{ table: public.products }]'")
                .map(value -> new DocumentsReader(tables).read(value))
                .orElse(List.of());
        Config.Source source = new SourceReader(connectors, name, state, documents).read(root);
        Config config = new Config(
                name,
                state,
                source,
                SinkReader.read(root),
                queue(root),
                flush(root),
                HttpReader.read(root),
                deadLetters(root),
                load(root),
                guard(root),
                doubts(root),
                documents);
        root.finish();
        return config;
    }

    private static Path state(YamlMap root) {
        String path = root.optional("state").flatMap(YamlValue::text).orElse("state");
        Path named = root.paths().state(path);
        root.paths()
                .leftInWorkingDirectory(path)
                .ifPresent(left -> root.problemOf(
                        "state",
                        "is relative to the configuration file, and "
                                + named.toAbsolutePath().normalize()
                                + " does not exist; the working directory contains " + left
                                + ", from an earlier version or another pipeline",
                        "move it there, or write its full path: 'state: " + left
                                + "'; if it belongs to another pipeline, start from another directory"));
        return named;
    }

    private static Config.Load load(YamlMap root) {
        Config.Load usual = Config.Load.DEFAULT;
        YamlMap load = root.section("load");
        int readers = load.optional("readers")
                .flatMap(value -> value.integer(1, MOST_READERS))
                .orElse(usual.readers());
        LoadHours hours = load.optional("hours").flatMap(ConfigReader::hours).orElse(usual.hours());
        load.finish();
        return new Config.Load(readers, hours);
    }

    private static Optional<LoadHours> hours(YamlValue value) {
        String hint = "such as \"22:00-06:00\"; leave it out to load at any time";
        Optional<String> text = value.text(HOURS, "must be two times of the day, HH:mm-HH:mm", hint);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        LocalTime from = LocalTime.parse(text.get().substring(0, 5));
        LocalTime to = LocalTime.parse(text.get().substring(6));
        return from.equals(to)
                ? value.invalid("begins and ends at the same time", hint)
                : Optional.of(new LoadHours(from, to));
    }

    private static Config.Guard guard(YamlMap root) {
        Config.Guard usual = Config.Guard.DEFAULT;
        YamlMap guard = root.section("guard");
        int documents = guard.optional("documents")
                .flatMap(value -> value.integer(0, Integer.MAX_VALUE))
                .orElse(usual.documents());
        int percent = guard.optional("percent")
                .flatMap(value -> value.integer(0, 100))
                .orElse(usual.percent());
        Config.OnTruncate truncate = guard.optional("truncate")
                .flatMap(value -> value.oneOf(Map.of("pass", Config.OnTruncate.PASS, "hold", Config.OnTruncate.HOLD)))
                .orElse(usual.truncate());
        guard.finish();
        return new Config.Guard(documents, percent, truncate);
    }

    private static Config.Doubts doubts(YamlMap root) {
        YamlMap doubts = root.section("doubts");
        int maxAutomatic = doubts.optional("maxAutomatic")
                .flatMap(value -> value.integer(0, 100))
                .orElse(Config.Doubts.DEFAULT.maxAutomatic());
        doubts.finish();
        return new Config.Doubts(maxAutomatic);
    }

    private Config.Queue queue(YamlMap root) {
        YamlMap queue = root.section("queue");
        int changes = queue.optional("changes")
                .flatMap(value -> value.integer(1, 10_000_000))
                .orElse(65_536);
        long bytes = queue.optional("bytes").flatMap(this::memory).orElse(Math.min(256 * MB, heap / 4));
        queue.finish();
        return new Config.Queue(changes, bytes);
    }

    private Config.Flush flush(YamlMap root) {
        YamlMap flush = root.section("flush");
        Duration interval = flush.optional("interval")
                .flatMap(value -> value.duration(Duration.ZERO, Duration.ofMinutes(10)))
                .orElse(Duration.ofSeconds(2));
        int documents = flush.optional("documents")
                .flatMap(value -> value.integer(1, 1_000_000))
                .orElse(10_000);
        long bytes = flush.optional("bytes").flatMap(this::memory).orElse(16 * MB);
        OnReject onReject = flush.optional("onReject")
                .flatMap(value -> value.oneOf(Map.of("dead-letter", OnReject.DEAD_LETTER, "stop", OnReject.STOP)))
                .orElse(OnReject.DEAD_LETTER);
        flush.finish();
        return new Config.Flush(interval, documents, bytes, onReject);
    }

    private Optional<Long> memory(YamlValue value) {
        return value.size(SMALLEST, heap, "this is the full heap: give less, or give Java more with -Xmx");
    }

    private static Config.DeadLetters deadLetters(YamlMap root) {
        YamlMap deadLetters = root.section("deadLetters");
        long bytes = deadLetters
                .optional("bytes")
                .flatMap(value -> value.size(SMALLEST, LARGEST_ON_DISK, "give a size that the disk has"))
                .orElse(1024 * MB);
        deadLetters.finish();
        return new Config.DeadLetters(bytes);
    }
}
