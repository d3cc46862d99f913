package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Commands;
import dev.tidemark.connector.tls.Tls;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.Certificates;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A database and a Typesense that take encrypted connections only, with certificates of an authority that nobody knows. The user of
 * the pipeline must show a certificate, too.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TlsContract {

    static final String USER = "app";

    private static final String JOINED =
            "SELECT p.id, p.name, b.name AS brand FROM products p JOIN brands b" + " ON b.id = p.brand_id";

    private final Certificates certificates = new Certificates();
    private final Certificates others = new Certificates();
    private final Certificates.Issued ours = certificates.issue("tidemark", "dns:tidemark");
    private final Certificates.Issued servers = certificates.issue("database", "dns:localhost");
    private final TypesenseServer typesense = TypesenseServer.start(
            certificates.issue("typesense", "ip:127.0.0.1"), new Tls(certificates.authority(), null).context());
    private SourceServer source;

    /** Starts the database, which shows this, and makes the user {@link #USER} with the password of the server's own. */
    abstract SourceServer start(Certificates certificates, Certificates.Issued shown) throws Exception;

    /** What the server shows from now on. */
    abstract void show(SourceServer server, Certificates.Issued shown) throws Exception;

    /** A statement that tells of each connection of the user whether it is {@code encrypted}. */
    abstract String connections();

    @BeforeAll
    void start() throws Exception {
        source = start(certificates, servers);
    }

    @AfterAll
    void stop() {
        source.close();
        typesense.close();
        certificates.close();
        others.close();
    }

    private Shop open() throws Exception {
        Shop shop = new Shop(source, typesense).withHost("localhost").withUser(USER);
        shop.sql(
                "CREATE TABLE brands (id int PRIMARY KEY, name varchar(100))",
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(100), brand_id int)",
                "INSERT INTO brands VALUES (1, 'Acme')",
                "INSERT INTO products VALUES (1, 'anvil', 1), (2, 'rope', 1)");
        return shop.document("brands")
                .document(
                        "products",
                        "query: \"" + JOINED + " WHERE p.id IN (:ids)\"",
                        "dependsOn:",
                        "  - { table: " + source.qualified(shop.name(), "brands")
                                + ", ids: \"SELECT id FROM products WHERE brand_id = :id\" }");
    }

    private List<String> connections(Shop shop) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(connections())) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static String tls(Certificates of, Certificates.Issued identity) {
        return "tls: { ca: " + of.authority() + ", certificate: " + identity.certificate() + ", key: " + identity.key()
                + " }";
    }

    private static String tls(Certificates of) {
        return "tls: { ca: " + of.authority() + " }";
    }

    @Test
    void rows_arriveOverConnectionsThatAreVerified_bothWays() throws Exception {
        try (Shop shop = open().withSource(tls(certificates, ours)).withSink(tls(certificates))) {
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", JOINED);
                shop.sql("INSERT INTO products VALUES (3, 'bulb', 1)", "UPDATE brands SET name = 'Bolt'");
                shop.awaitEqual("brands", "SELECT id, name FROM brands");
                shop.awaitEqual("products", JOINED);
                assertThat(connections(shop)).isNotEmpty().allMatch("encrypted"::equals);
                Shop.awaitHealthy(pipeline);
                // A log that cannot be read is hidden by the snapshots that each new engine takes.
                assertThat(shop.count("tidemark.source.restarts")).isZero();
            }
        }
    }

    @Test
    void anotherAuthority_isRefused_byCheckAndRun_inALineEach() throws Exception {
        try (Shop shop = open().withSource(tls(others, ours)).withSink(tls(others))) {
            String file = shop.configFile().toString();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.out().lines().filter(line -> line.startsWith("FAIL")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("was issued by no authority in " + others.authority()))
                    .anyMatch(line ->
                            line.contains("set source." + source.factory().name() + ".tls.ca to a file"))
                    .anyMatch(line -> line.contains("set sink.typesense.tls.ca to a file"));
            Commands.Ended run = Commands.run("run", "-c", file);
            assertThat(run.code()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains("was issued by no authority").doesNotContain("\tat ");
        }
    }

    @Test
    void anotherHost_isRefused() throws Exception {
        try (Shop shop = open().withSource(tls(certificates, ours)).withSink(tls(certificates))) {
            String file = shop.withNode("https://localhost:" + typesense.port());
            show(source, certificates.issue("elsewhere", "dns:elsewhere"));
            try {
                Commands.Ended check = Commands.run("check", "-c", file);
                assertThat(check.code()).isEqualTo(2);
                assertThat(check.out().lines().filter(line -> line.startsWith("FAIL")))
                        .hasSize(2)
                        .allMatch(line -> line.contains("is for another host"))
                        .allMatch(line -> line.contains("connect by a name that is in the certificate"));
            } finally {
                show(source, servers);
            }
        }
    }

    @Test
    void anExpiredCertificate_isRefused_untilItIsRenewed() throws Exception {
        try (Shop shop = open().withSource(tls(certificates, ours)).withSink(tls(certificates))) {
            String file = shop.configFile().toString();
            show(source, certificates.issueExpired("expired", "dns:localhost"));
            try {
                Commands.Ended check = Commands.run("check", "-c", file);
                assertThat(check.code()).isEqualTo(2);
                assertThat(check.out().lines().filter(line -> line.startsWith("FAIL")))
                        .hasSize(1)
                        .allMatch(line -> line.contains("is not valid now"));
            } finally {
                show(source, servers);
            }
            assertThat(Commands.run("check", "-c", file).code()).isZero();
        }
    }

    @Test
    void withoutOurCertificate_theDatabaseRefusesUs() throws Exception {
        try (Shop shop = open().withSource(tls(certificates)).withSink(tls(certificates))) {
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.out().lines().filter(line -> line.startsWith("FAIL")))
                    .hasSize(1)
                    .allMatch(line -> line.contains("rejects user \"" + USER + "\""));
        }
    }

    @Test
    void typesenseWithoutTls_isRefused() throws Exception {
        try (Shop shop = open().withSource(tls(certificates, ours)).withSink(tls(certificates))) {
            Commands.Ended check = Commands.run(
                    "check",
                    "-c",
                    shop.withNode(
                            "https://127.0.0.1:" + TypesenseServer.shared().port()));
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.out().lines().filter(line -> line.startsWith("FAIL")))
                    .hasSize(1)
                    .allMatch(line -> line.contains("offers no encryption"));
        }
    }
}
