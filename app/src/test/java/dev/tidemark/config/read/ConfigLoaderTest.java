package dev.tidemark.config.read;

import static dev.tidemark.config.FakeConnectorFactory.MYSQL;
import static dev.tidemark.config.FakeConnectorFactory.POSTGRES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigException;
import dev.tidemark.config.Loading;
import dev.tidemark.config.Problem;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.data.TableId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file as a whole: what a complete one means, and that a wrong one is refused with all that is wrong. */
class ConfigLoaderTest {

    private final Path directory;

    ConfigLoaderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** The example of docs/reference/configuration.md, every key of Postgres in it. */
    private static final String EXAMPLE = """
            name: shop                  # a comment
            state: ./data
            source:
              postgres:
                host: 127.0.0.1
                port: 5433
                database: shop
                user: tidemark
                password: ${DB_PASSWORD}
                snapshot: always
                slot: tidemark_shop
                publication: tidemark_pub
                heartbeat: 20s
                debezium: { max.batch.size: 4096, slot.drop.on.stop: false }
            sink:
              typesense:
                nodes: [http://127.0.0.1:8108, https://b.example.com]
                apiKey: ${TYPESENSE_API_KEY}
                timeout: 30s
            queue: { changes: 1000, bytes: 128MB }
            flush: { interval: 500ms, documents: 100, bytes: 512KB, onReject: stop }
            http:  { address: 0.0.0.0, port: 9090, token: "${ADMIN_TOKEN}", hosts: [shop.example.com] }
            deadLetters: { bytes: 2GB }
            documents:
              - table: public.products
                collection: goods
                id: [shop_id, id]
                create: false
                fields:
                  name: ~
                  price_usd: price
                  stock: { column: stock, type: int32, facet: true, optional: true, index: true, sort: true }
                  seen: { type: int64ms }
                  place: { lat: latitude, lon: longitude }
            """;

    private Loading loading() {
        return new Loading(directory)
                .with("DB_PASSWORD", "p: \"w\" #1")
                .with("TYPESENSE_API_KEY", "k")
                .with("ADMIN_TOKEN", " a-token-of-18-chars\r\n\n");
    }

    @Test
    void load_readsEveryKey() {
        Config config = loading().config(EXAMPLE);

        assertThat(config.name()).isEqualTo("shop");
        assertThat(config.state()).isEqualTo(directory.resolve("./data"));
        assertThat(config.source().kind()).isEqualTo("postgres");
        var source = config.source().settings();
        assertThat(source.pipeline()).isEqualTo("shop");
        assertThat(source.host()).isEqualTo("127.0.0.1");
        assertThat(source.port()).isEqualTo(5433);
        assertThat(source.database()).isEqualTo("shop");
        assertThat(source.user()).isEqualTo("tidemark");
        assertThat(source.password()).isEqualTo(new Secret("p: \"w\" #1"));
        assertThat(source.snapshot()).isEqualTo(SnapshotMode.ALWAYS);
        assertThat(source.heartbeat()).isEqualTo(Duration.ofSeconds(20));
        assertThat(source.options()).isEqualTo(Map.of("slot", "tidemark_shop", "publication", "tidemark_pub"));
        assertThat(source.debezium()).isEqualTo(Map.of("max.batch.size", "4096", "slot.drop.on.stop", "false"));
        assertThat(config.sink())
                .isEqualTo(new Config.Typesense(
                        List.of(URI.create("http://127.0.0.1:8108"), URI.create("https://b.example.com")),
                        new Secret("k"),
                        Duration.ofSeconds(30)));
        assertThat(config.queue()).isEqualTo(new Config.Queue(1000, 128L << 20));
        assertThat(config.flush())
                .isEqualTo(new Config.Flush(Duration.ofMillis(500), 100, 512L << 10, Config.OnReject.STOP));
        assertThat(config.http())
                .isEqualTo(new Config.Http(
                        "0.0.0.0", 9090, new Secret("a-token-of-18-chars"), null, List.of("shop.example.com")));
        assertThat(config.deadLetters()).isEqualTo(new Config.DeadLetters(2L << 30));
    }

    @Test
    void load_readsDocuments() {
        Config config = loading().config(EXAMPLE);

        assertThat(config.documents()).hasSize(1);
        Config.Document document = config.documents().get(0);
        assertThat(document.table().id()).isEqualTo(new TableId("public", "products"));
        assertThat(document.table().key()).containsExactly("shop_id", "id");
        assertThat(document.collection()).isEqualTo("goods");
        assertThat(document.create()).isFalse();
        assertThat(requireNonNull(document.fields()).keySet())
                .containsExactly("name", "price_usd", "stock", "seen", "place");
        assertThat(requireNonNull(document.fields()).values())
                .containsExactly(
                        new Config.Field("name", null, null, null, null, null, null),
                        new Config.Field("price", null, null, null, null, null, null),
                        new Config.Field("stock", null, "int32", true, true, true, true),
                        new Config.Field("seen", null, "int64ms", null, null, null, null),
                        new Config.Field(
                                null, new Config.Point("latitude", "longitude"), null, null, null, null, null));
        assertThat(config.source().settings().tables()).containsExactly(document.table());
    }

    @Test
    void load_takesDefaults() {
        Config config = loading().config(Loading.MINIMAL);

        assertThat(config.state()).isEqualTo(directory.resolve("state"));
        assertThat(config.source().settings().port()).isEqualTo(5432);
        assertThat(config.source().settings().snapshot()).isEqualTo(SnapshotMode.INITIAL);
        assertThat(config.source().settings().heartbeat()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.source().settings().options()).isEmpty();
        assertThat(config.source().settings().debezium()).isEmpty();
        assertThat(config.sink().timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.queue()).isEqualTo(new Config.Queue(65_536, 256L << 20));
        assertThat(config.flush())
                .isEqualTo(new Config.Flush(Duration.ofSeconds(2), 10_000, 16L << 20, Config.OnReject.DEAD_LETTER));
        assertThat(config.http()).isEqualTo(new Config.Http("127.0.0.1", 8085, null));
        assertThat(config.deadLetters()).isEqualTo(new Config.DeadLetters(1L << 30));
        Config.Document document = config.documents().get(0);
        assertThat(document.collection()).isEqualTo("products");
        assertThat(document.table().key()).isEmpty();
        assertThat(document.create()).isTrue();
        assertThat(document.fields()).isNull();
    }

    @Test
    void load_takesQuarterOfSmallHeap() throws Exception {
        Path file = Files.writeString(directory.resolve("tidemark.yml"), Loading.MINIMAL);
        Config config = ConfigLoader.load(file, List.of(POSTGRES), Map.of(), draft -> List.of(), 512L << 20);
        assertThat(config.queue().bytes()).isEqualTo(128L << 20);
    }

    @Test
    void load_tellsTenMistakesAtOnce_byLine() {
        assertThat(loading().problems("""
                                name: Shop
                                source:
                                  postgres:
                                    host: db:5432
                                    database: shop
                                    user: tidemark
                                    password: ${NO_SUCH_VARIABLE}
                                    slot: Tidemark-Shop
                                    debezium: { slot.name: x }
                                sink:
                                  typesense:
                                    nodes: [search:8108]
                                    apikey: k
                                flush: { interval: 2 }
                                http: { port: 99999 }
                                documents:
                                  - table: products
                                  - table: public.orders
                                    fields:
                                      total: { type: double }
                                """))
                .containsExactly(
                        "tidemark.yml:1: name: must begin with a-z and hold only a-z, 0-9 and _, at most 31, found 'Shop'; such as 'shop'",
                        "tidemark.yml:4: source.postgres.host: must be a host without a port, found 'db:5432'; the port has its own key, 'port'",
                        "tidemark.yml:7: source.postgres.password: environment variable NO_SUCH_VARIABLE is not set; set it, or give a default: ${NO_SUCH_VARIABLE:-...}",
                        "tidemark.yml:8: source.postgres.slot: must hold only a-z, 0-9 and _, at most 63, found 'Tidemark-Shop'; such as tidemark_shop",
                        "tidemark.yml:9: source.postgres.debezium.slot.name: Tidemark sets this property itself; remove it",
                        "tidemark.yml:12: sink.typesense.nodes[0]: must begin with http:// or https://, found 'search:8108'; such as http://127.0.0.1:8108",
                        "tidemark.yml:13: sink.typesense.apikey: unknown key; did you mean 'apiKey'?",
                        "tidemark.yml:14: flush.interval: must be a duration, found '2'; did you mean '2s'?",
                        "tidemark.yml:15: http.port: must be an integer from 0 to 65535, found '99999'",
                        "tidemark.yml:17: documents[0].table: must be schema.table, found 'products'; such as public.products, without quotes",
                        "tidemark.yml:20: documents[1].fields.total.type: must be one of: bool, bool[], float, float[], geopoint, geopoint[], int32, int32[], int64, int64[], int64ms, object, object[], string, string[], found 'double'; Typesense has only float");
    }

    @Test
    void load_givesProblemsAsValues() {
        ConfigException invalid = loading().rejection(Loading.MINIMAL + "http: { prot: 1 }\n");
        assertThat(invalid.problems())
                .containsExactly(new Problem("http.prot", 8, null, "unknown key", "did you mean 'port'?"));
        assertThat(invalid.getStackTrace()).isEmpty();
    }

    @Test
    void load_tellsEveryMissingKey() {
        assertThat(loading().problems("state: x\n"))
                .extracting(line -> line.substring(0, line.indexOf(" and not")))
                .containsExactlyInAnyOrder(
                        "tidemark.yml:1: name: is required",
                        "tidemark.yml:1: source: is required",
                        "tidemark.yml:1: sink: is required",
                        "tidemark.yml:1: documents: is required");
    }

    @Test
    void load_refusesFilesThatCannotBeRead() throws Exception {
        assertThat(messageOf(directory.resolve("none.yml")))
                .isEqualTo("none.yml: there is no such file; name another one with -c");
        assertThat(messageOf(directory)).endsWith(": is a directory; name the YAML file in it");
        Path binary = Files.write(directory.resolve("binary.yml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(messageOf(binary)).isEqualTo("binary.yml: is not UTF-8 text; save it as UTF-8");
        Path huge = Files.write(directory.resolve("huge.yml"), new byte[(1 << 20) + 1]);
        assertThat(messageOf(huge)).startsWith("huge.yml: is larger than 1MB; ").doesNotContain("\n");
    }

    private String messageOf(Path file) {
        return catchThrowableOfType(
                        ConfigException.class, () -> ConfigLoader.load(file, List.of(POSTGRES, MYSQL), Map.of()))
                .getMessage()
                .replace(directory + "/", "");
    }
}
