package dev.tidemark.config.read;

import dev.tidemark.config.Config;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.tls.Tls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The section {@code sink}. */
final class SinkReader {

    private static final String EXAMPLE =
            "such as 'typesense: { nodes: [\"http://127.0.0.1:8108\"], apiKey: \"${TYPESENSE_API_KEY}\" }'";

    private SinkReader() {}

    static Config.Typesense read(YamlMap root) {
        Optional<YamlMap> sink = root.required("sink", EXAMPLE).flatMap(YamlValue::map);
        Optional<YamlMap> typesense =
                sink.flatMap(map -> map.required("typesense", EXAMPLE)).flatMap(YamlValue::map);
        Config.Typesense read = typesense
                .map(SinkReader::typesense)
                .orElse(new Config.Typesense(List.of(), new Secret(""), Duration.ZERO));
        sink.ifPresent(YamlMap::finish);
        return read;
    }

    private static Config.Typesense typesense(YamlMap map) {
        List<URI> nodes = map.required("nodes", "such as 'nodes: [\"http://127.0.0.1:8108\"]'")
                .map(SinkReader::nodes)
                .orElse(List.of());
        Secret apiKey = map.required("apiKey", "such as 'apiKey: ${TYPESENSE_API_KEY}'")
                .flatMap(YamlValue::headerSecret)
                .orElse(new Secret(""));
        Duration timeout = map.optional("timeout")
                .flatMap(value -> value.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)))
                .orElse(Duration.ofSeconds(60));
        Tls tls = TlsReader.anonymousClient(map);
        if (tls != null && nodes.stream().anyMatch(node -> "http".equalsIgnoreCase(node.getScheme()))) {
            map.problem(
                    map.line(), "has 'tls', and a node without https", "write https:// in all nodes, or remove 'tls'");
        }
        map.finish();
        return new Config.Typesense(nodes, apiKey, timeout, tls);
    }

    private static List<URI> nodes(YamlValue value) {
        List<URI> nodes = new ArrayList<>();
        List<YamlValue> items = value.itemOrItems().orElse(null);
        if (items != null && items.isEmpty()) {
            value.wrong("must name at least one node", "such as [\"http://127.0.0.1:8108\"]");
        }
        for (YamlValue item : items == null ? List.<YamlValue>of() : items) {
            Address.http(item).ifPresent(uri -> {
                if (nodes.contains(uri)) {
                    item.wrong("this node is given twice", "remove one");
                }
                nodes.add(uri);
            });
        }
        return nodes;
    }
}
