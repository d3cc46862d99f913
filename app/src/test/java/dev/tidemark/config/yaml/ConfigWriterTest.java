package dev.tidemark.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.config.Config;
import dev.tidemark.config.Loading;
import dev.tidemark.config.SourceLocations;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.expression.Regex;
import dev.tidemark.golden.Golden;
import dev.tidemark.testkit.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code GET /api/config} answers is a configuration file: it has its keys, and reads as what it was written from. */
class ConfigWriterTest {

    private static final Path YAML = Path.of("src/test/resources/golden/every-key.yml");

    /** Keys that a reader knows by their names; those of maps with free names are not among them. */
    private static final Pattern KEY =
            Pattern.compile("(?:optional|required|nullable|section|has)\\(\\s*\"([A-Za-z]+)\"");

    private final Path directory;

    ConfigWriterTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Config everyKey(Certificates certificates) throws IOException {
        Certificates.Issued ours = certificates.issue("ours", "dns:db.internal");
        return config(Files.readString(YAML)
                .replace("CA.PEM", certificates.authority().toString())
                .replace("OURS.PEM", ours.certificate().toString())
                .replace("OURS.KEY", ours.key().toString()));
    }

    private Config config(String yaml) {
        return new Loading(directory).config(yaml);
    }

    private static String withSecrets(String json) {
        return json.replace("\"password\":\"***\"", "\"password\":\"secret-of-the-database\"")
                .replace("\"apiKey\":\"***\"", "\"apiKey\":\"secret-of-the-search\"")
                .replace("\"token\":\"***\"", "\"token\":\"secret-of-the-service\"")
                .replace("\"max.batch.size\":\"***\"", "\"max.batch.size\":\"1024\"");
    }

    private static void assertSame(Config read, Config written) {
        assertThat(read)
                .usingRecursiveComparison()
                .withStrictTypeChecking()
                .ignoringFieldsOfTypes(SourceLocations.class)
                .ignoringFieldsMatchingRegexes(".*\\.at", ".*source\\.places")
                .withEqualsForType((a, b) -> a.toString().equals(b.toString()), Regex.class)
                .isEqualTo(written);
    }

    @Test
    void everyKey_isReadBackAsItWas() throws IOException {
        try (Certificates certificates = new Certificates()) {
            Config config = everyKey(certificates);
            String json = ConfigWriter.write(config).toString();
            assertThat(json).doesNotContain("secret");
            assertSame(config(withSecrets(json)), config);
        }
    }

    @Test
    void defaults_areReadBackAsTheyWere() {
        Config config = config(Loading.MINIMAL);
        assertSame(
                config(ConfigWriter.write(config)
                        .toString()
                        .replace("\"password\":\"***\"", "\"password\":\"pw\"")
                        .replace("\"apiKey\":\"***\"", "\"apiKey\":\"key\"")),
                config);
        Config mysql = config(Loading.MINIMAL
                .replace("postgres: { host: db, database: shop,", "mysql: { serverId: 5701, host: db,")
                .replace("public.products", "shop.products"));
        String json = ConfigWriter.write(mysql).toString();
        assertThat(json).contains("\"mysql\":{", "\"serverId\":5701");
        assertSame(
                config(json.replace("\"password\":\"***\"", "\"password\":\"pw\"")
                        .replace("\"apiKey\":\"***\"", "\"apiKey\":\"key\"")),
                mysql);
    }

    /** Else the round trip above proves less than it seems to. */
    @Test
    void everyKeyOfTheReaders_isInTheAnswer() throws IOException {
        Set<String> known = new TreeSet<>(Set.of("slot", "publication"));
        for (String reader : Set.of(
                "ConfigReader",
                "SourceReader",
                "SinkReader",
                "HttpReader",
                "TlsReader",
                "DocumentsReader",
                "FieldReader",
                "JoinedReader",
                "ValidationReader")) {
            KEY.matcher(Files.readString(Path.of("src/main/java/dev/tidemark/config/read/" + reader + ".java")))
                    .results()
                    .forEach(key -> known.add(key.group(1)));
        }
        known.addAll(Set.of("facet", "optional", "index", "sort")); // FieldReader.flag
        assertThat(known).hasSizeGreaterThan(60);
        try (Certificates certificates = new Certificates()) {
            String json = ConfigWriter.write(everyKey(certificates)).toString();
            assertThat(known).allSatisfy(key -> assertThat(json).contains("\"" + key + "\":"));
        }
    }

    @Test
    void form_isFrozen() throws IOException {
        try (Certificates certificates = new Certificates()) {
            Config config = everyKey(certificates);
            Identity identity = Objects.requireNonNull(config.http().tls());
            Map<String, String> paths = new LinkedHashMap<>();
            paths.put(certificates.authority().toString(), "<ca>");
            paths.put(identity.certificate().toString(), "<certificate>");
            paths.put(identity.key().toString(), "<key>");
            paths.put(directory.toAbsolutePath().toString(), "<folder>");
            String json = ConfigWriter.write(config).toString();
            for (Map.Entry<String, String> path : paths.entrySet()) {
                json = json.replace(path.getKey(), path.getValue());
            }
            Golden.assertJson("api/config.json", new ObjectMapper().readTree(json));
        }
    }
}
