package dev.tidemark.config.read;

import dev.tidemark.config.Config;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.tls.Identity;
import java.util.List;
import java.util.Optional;

/** The section {@code http}. */
final class HttpReader {

    /** Shorter ones can be guessed by trying. */
    private static final int MIN_TOKEN = 16;

    /** Longer ones are a mistake, such as a full file, and servers cut headers off. */
    private static final int MAX_TOKEN = 1024;

    private HttpReader() {}

    static Config.Http read(YamlMap root) {
        YamlMap http = root.section("http");
        String address = http.optional("address").flatMap(Address::host).orElse("127.0.0.1");
        int port = http.optional("port")
                .flatMap(value -> value.integer(0, Address.LAST_PORT))
                .orElse(8085);
        Secret token = http.optional("token").flatMap(HttpReader::token).orElse(null);
        Identity tls = TlsReader.server(http);
        List<String> hosts = http.optional("hosts").map(HttpReader::hosts).orElse(List.of());
        http.finish();
        return new Config.Http(address, port, token, tls, hosts);
    }

    private static Optional<Secret> token(YamlValue value) {
        if (value.isUnsetSecret()) {
            return Optional.empty();
        }
        Optional<Secret> token = value.headerSecret();
        int length = token.map(Secret::reveal).map(String::length).orElse(MIN_TOKEN);
        if (length < MIN_TOKEN || length > MAX_TOKEN) {
            return value.wrong(
                    "must have from " + MIN_TOKEN + " to " + MAX_TOKEN + " characters",
                    "make one with: openssl rand -hex 24");
        }
        return token;
    }

    private static List<String> hosts(YamlValue value) {
        return value.items().orElse(List.of()).stream()
                .map(Address::host)
                .flatMap(Optional::stream)
                .toList();
    }
}
