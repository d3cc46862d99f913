package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of root, source, sink, queue, flush, http and dead letters. */
class SectionRulesTest {

    private final Path directory;

    SectionRulesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Loading loading() {
        return new Loading(directory);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    flush: { interval: 11m }         | flush.interval: must be a duration from 0 to 10m, found '11m'
                    flush: { interval: 2 s }         | flush.interval: must be a duration, found '2 s'; did you mean '2s'?
                    flush: { interval: 1.5s }        | flush.interval: must be a duration, found '1.5s'; write it like 250ms, 2s, 5m or 1h
                    flush: { interval: 2min }        | flush.interval: must be a duration, found '2min'; did you mean '2m'?
                    flush: { interval: -1s }         | flush.interval: must be a duration, found '-1s'; write it like 250ms, 2s, 5m or 1h
                    flush: { documents: 0 }          | flush.documents: must be an integer from 1 to 1000000, found '0'
                    flush: { bytes: 1048576 }        | flush.bytes: must be a size, found '1048576'; write it with a unit, like 512KB, 16MB or 1GB (1MB is 1024KB)
                    flush: { bytes: 16mib }          | flush.bytes: must be a size, found '16mib'; did you mean '16MB'?
                    flush: { bytes: 16M }            | flush.bytes: must be a size, found '16M'; did you mean '16MB'?
                    flush: { bytes: 63KB }           | flush.bytes: must be at least 64KB, found '63KB'
                    flush: { onReject: Stop }        | flush.onReject: must be one of: dead-letter, stop, found 'Stop'; did you mean 'stop'?
                    flush: { on_reject: stop }       | flush.on_reject: unknown key; did you mean 'onReject'?
                    queue: { changes: 10000001 }     | queue.changes: must be an integer from 1 to 10000000, found '10000001'
                    queue: { bytes: 5GB }            | queue.bytes: must be at most 4GB, found '5GB'; this is the full heap: give less, or give Java more with -Xmx
                    deadLetters: { bytes: 999999999GB } | deadLetters.bytes: must be at most 1048576GB, found '999999999GB'; give a size that the disk has
                    load: { readers: 9 }             | load.readers: must be an integer from 1 to 8, found '9'
                    load: { hours: 22-6 }            | load.hours: must be two times of the day, HH:mm-HH:mm, found '22-6'; such as "22:00-06:00"; leave it out to load at any time
                    load: { hours: "24:00-06:00" }   | load.hours: must be two times of the day, HH:mm-HH:mm, found '24:00-06:00'; such as "22:00-06:00"; leave it out to load at any time
                    load: { hours: "22:00-22:00" }   | load.hours: begins and ends at the same time, found '22:00-22:00'; such as "22:00-06:00"; leave it out to load at any time
                    load: { hour: x }                | load.hour: unknown key; did you mean 'hours'?
                    http: { adress: x }              | http.adress: unknown key; did you mean 'address'?
                    http: { zzz: x }                 | http.zzz: unknown key; known here: address, hosts, port, tls, token
                    http: { token: short }           | http.token: must have from 16 to 1024 characters; make one with: openssl rand -hex 24
                    http: { token: "" }              | http.token: is empty; give it a value, or check what the variable or file holds
                    http: { hosts: shop.example.com } | http.hosts: must be a list, not plain text
                    http: { hosts: ["a:80"] }        | http.hosts[0]: must be a host without a port, found 'a:80'; the port has its own key, 'port'
                    http: { address: a b }           | http.address: must be a host name or an IP address, found 'a b'; such as 127.0.0.1 or db.example.com
                    """, quoteCharacter = '\0')
    void load_refuses(String yaml, String message) {
        assertThat(loading().problemsAnd(yaml + "\n")).containsExactly("tidemark.yml:8: " + message);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0s,0", "250ms,250", "2s,2000", "10m,600000"})
    void load_readsDurations(String interval, long millis) {
        assertThat(loading()
                        .minimalAnd("flush: { interval: " + interval + " }\n")
                        .flush()
                        .interval())
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]", "fe80::1%eth0", "localhost", "db_1", "db.example.com", "0.0.0.0"})
    void load_takesHosts(String host) {
        assertThat(loading()
                        .minimalAnd("http: { address: '" + host + "' }\n")
                        .http()
                        .address())
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shop", "1shop", "shop-a", "_a", "a123456789012345678901234567890x", "größe"})
    void load_refusesNames(String name) {
        assertThat(loading().problemWhere("name: shop", "name: " + name)).contains(":1: name: must begin with a-z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    password: pw, port: 0          | port: must be an integer from 1 to 65535, found '0'
                    password: pw, snapshot: allways | snapshot: must be one of: always, initial, never, found 'allways'; did you mean 'always'?
                    password: pw, heartbeat: 99ms  | heartbeat: must be a duration from 100ms to 1h, found '99ms'
                    password: pw, heartbeat: 0     | heartbeat: must be a duration, found '0'; did you mean '0s'?
                    password: pw, publication: a-b | publication: must hold only a-z, 0-9 and _, at most 63, found 'a-b'; such as tidemark_shop
                    password: pw, serverId: 1      | serverId: unknown key; known here: database, debezium, heartbeat, host, password, port, publication, reads, slot, snapshot, tls, user
                    passwd: pw                     | passwd: unknown key; did you mean 'password'?
                    password: ''                   | password: is empty; give it a value, or check what the variable or file holds
                    password: pw, debezium: { offset.storage: x } | debezium.offset.storage: Tidemark sets this property itself; remove it
                    password: pw, debezium: { a: { b: c } } | debezium.a: must be text, not a mapping
                    """, quoteCharacter = '\0')
    void load_refusesInPostgres(String keys, String message) {
        assertThat(loading().problemWhere("password: pw", keys))
                .isEqualTo("tidemark.yml:3: source.postgres." + message);
    }

    @Test
    void load_refusesBothAndNeitherAndUnknownSources() {
        String postgres = "  postgres: { host: db, database: shop, user: tidemark, password: pw }";
        assertThat(loading().problemWhere(postgres, postgres + "\n  mysql: { host: db, user: u, password: p }"))
                .isEqualTo(
                        "tidemark.yml:2: source: must name exactly one database, not 2; keep one of: mysql, postgres");
        assertThat(loading().problemWhere(postgres, "  {}"))
                .isEqualTo("tidemark.yml:2: source: must name a database; one of: mysql, postgres");
        assertThat(loading().problemWhere(postgres, "  oracle: { host: db }"))
                .isEqualTo("tidemark.yml:3: source.oracle: unknown connector; known here: mysql, postgres");
        assertThat(loading().problemWhere(postgres, "  postgres: ~"))
                .isEqualTo("tidemark.yml:3: source.postgres: must be a mapping, not nothing");
        assertThat(loading().problems(Loading.MINIMAL.replace("postgres: { host: db,", "postgresql: {")))
                .containsExactly(
                        "tidemark.yml:3: source.postgresql: unknown connector; did you mean 'postgres'?",
                        "tidemark.yml:3: source.postgresql.host: is required and not given; such as 'host: 127.0.0.1'");
    }

    @Test
    void load_readsMySql() {
        String postgres = "postgres: { host: db, database: shop, user: tidemark, password: pw }";
        var source = loading()
                .config(Loading.MINIMAL.replace(postgres, "mysql: { host: db, user: u, password: p, serverId: 5701 }"))
                .source();
        assertThat(source.kind()).isEqualTo("mysql");
        assertThat(source.settings().port()).isEqualTo(3306);
        assertThat(source.settings().database()).isEmpty();
        assertThat(source.settings().options()).isEqualTo(Map.of("serverId", "5701"));
        assertThat(loading().problemWhere(postgres, "mysql: { host: db, database: shop, user: u, password: p }"))
                .isEqualTo(
                        "tidemark.yml:3: source.mysql.database: is not known for mysql; remove it; tables are named database.table");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    search:8108               | must begin with http:// or https://
                    ftp://search              | must begin with http:// or https://
                    http://search/path        | must not hold a path
                    http://u:p@search         | must not hold a user, a query or a fragment
                    http://search?a=b         | must not hold a user, a query or a fragment
                    http://search:99999       | must have a port from 1 to 65535
                    http://search:0           | must have a port from 1 to 65535
                    http://search_1:8108      | must name a host
                    http://a b                | must be a URL
                    http://                   | must be a URL
                    """)
    void load_refusesNodes(String node, String message) {
        assertThat(loading().problemWhere("http://search:8108", node))
                .startsWith("tidemark.yml:5: sink.typesense.nodes[0]: " + message);
    }

    @Test
    void load_takesOneNodeWithoutAList() {
        assertThat(loading()
                        .config(Loading.MINIMAL.replace("[\"http://search:8108\"]", "http://search:8108"))
                        .sink()
                        .nodes())
                .isEqualTo(loading().config(Loading.MINIMAL).sink().nodes());
    }

    @Test
    void load_takesTrailingSlashOfNode() {
        assertThat(loading()
                        .config(Loading.MINIMAL.replace("search:8108", "search:8108/"))
                        .sink()
                        .nodes())
                .isEqualTo(loading().config(Loading.MINIMAL).sink().nodes());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nodes: []                      | nodes: must name at least one node; such as ["http://127.0.0.1:8108"]
                    nodes: search:8108             | nodes: must begin with http:// or https://, found 'search:8108'; such as http://127.0.0.1:8108
                    nodes: { a: b }                | nodes: must be a list, not a mapping
                    nodes: [http://a, ~]           | nodes[1]: has no value
                    nodes: [http://a, http://a/]   | nodes[1]: this node is given twice; remove one
                    nodes: [http://a], timeout: 999ms | timeout: must be a duration from 1s to 10m, found '999ms'
                    nodes: [http://a], timeout: 11m | timeout: must be a duration from 1s to 10m, found '11m'
                    """, quoteCharacter = '\0')
    void load_refusesInTypesense(String keys, String message) {
        assertThat(loading().problemWhere("nodes: [\"http://search:8108\"]", keys))
                .isEqualTo("tidemark.yml:5: sink.typesense." + message);
    }
}
