package dev.tidemark.config;

import dev.tidemark.config.Config.OnReject;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.tls.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The root of the file and its small sections. Where a value is missing or wrong, the reading goes on with a stand-in; a
 * configuration with problems is never handed out.
 */
final class ConfigReader {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");
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
        Path state =
                root.optional("state").flatMap(YamlValue::text).map(Path::of).orElse(Path.of("state"));
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
                http(root),
                deadLetters(root),
                documents);
        root.finish();
        return config;
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
        return value.size(SMALLEST, heap, "this is the whole heap: give less, or give Java more with -Xmx");
    }

    private static Config.Http http(YamlMap root) {
        YamlMap http = root.section("http");
        String address = http.optional("address").flatMap(Address::host).orElse("127.0.0.1");
        int port = http.optional("port")
                .flatMap(value -> value.integer(0, Address.LAST_PORT))
                .orElse(8085);
        Secret token = http.optional("token").flatMap(YamlValue::headerSecret).orElse(null);
        Identity tls = TlsReader.server(http);
        http.finish();
        return new Config.Http(address, port, token, tls);
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
