package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Tls;
import dev.tidemark.testkit.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsRulesTest {

    private static Certificates certificates;
    private static Certificates.Issued ours;

    private final Path directory;

    TlsRulesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void issue() {
        certificates = new Certificates();
        ours = certificates.issue("ours", "dns:tidemark.internal");
    }

    @AfterAll
    static void delete() {
        certificates.close();
    }

    private static String sourceTls(String tls, String more) {
        return Loading.MINIMAL.replace("password: pw }", "password: pw, tls: " + tls + more + " }");
    }

    private static String sinkTls(String tls) {
        return Loading.MINIMAL.replace("apiKey: key }", "apiKey: key, tls: " + tls + " }");
    }

    private static String pair(Path certificate, Path key) {
        return "certificate: " + certificate + ", key: " + key;
    }

    private List<String> problems(String yaml) {
        return new Loading(directory).problems(yaml);
    }

    @Test
    void sections_areRead() {
        Path ca = certificates.authority();
        Config config = new Loading(directory)
                .config(sourceTls("{ ca: " + ca + ", " + pair(ours.certificate(), ours.key()) + " }", "")
                                .replace("http://search:8108\"]", "https://search:8108\"], tls: { ca: " + ca + " }")
                        + "http: { tls: { " + pair(ours.certificate(), ours.key()) + " } }");
        Identity identity = new Identity(ours.certificate(), ours.key());
        assertThat(config.source().settings().tls()).isEqualTo(new Tls(ca, identity));
        assertThat(config.sink().tls()).isEqualTo(new Tls(ca, null));
        assertThat(config.http().tls()).isEqualTo(identity);
        assertThat(config.http().scheme()).isEqualTo("https");
    }

    @Test
    void filesThatCannotBeUsed_areToldWithTheirPlace() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "hello");
        Path damaged = Files.writeString(
                directory.resolve("damaged"), "-----BEGIN CERTIFICATE-----\nabcd\n-----END CERTIFICATE-----\n");
        assertThat(problems(sourceTls("{ ca: " + directory + "/none }", "")))
                .containsExactly(
                        "tidemark.yml:3: source.postgres.tls.ca: there is no file none; correct the path; it is"
                                + " relative to the configuration file's directory");
        assertThat(problems(sourceTls("{ ca: " + text + " }", "")))
                .containsExactly("tidemark.yml:3: source.postgres.tls.ca: there is no certificate in text; give a PEM"
                        + " file: text with '-----BEGIN CERTIFICATE-----' in it");
        assertThat(problems(sourceTls("{ ca: " + damaged + " }", "")))
                .containsExactly("tidemark.yml:3: source.postgres.tls.ca: a certificate in damaged is damaged; copy the"
                        + " full file again");
        assertThat(problems(sourceTls("{ ca: " + directory + " }", "")).get(0)).contains("cannot be read");
        Path expired = certificates.issueExpired("old", "dns:old").certificate();
        assertThat(problems(sourceTls("{ ca: " + expired + " }", "")).get(0)).contains("expired on");
    }

    @Test
    void keysThatCannotBeUsed_areToldWithoutThem() throws IOException {
        Certificates.Issued other = certificates.issue("other", "dns:other");
        assertThat(problemsOfHttp(pair(ours.certificate(), other.key())))
                .containsExactly(
                        "tidemark.yml:8: http.tls.key: the key in " + other.key()
                                + " does not belong to the first certificate in " + ours.certificate()
                                + "; give the two that were made together, our own certificate before those of its authorities");
        String old = Files.readString(ours.key()).replace("PRIVATE KEY", "EC PRIVATE KEY");
        Path form = Files.writeString(directory.resolve("old.key"), old);
        assertThat(problemsOfHttp(pair(ours.certificate(), form)))
                .containsExactly(
                        "tidemark.yml:8: http.tls.key: the key in old.key is of the form 'EC PRIVATE KEY'; give"
                                + " 'BEGIN PRIVATE KEY' (PKCS #8, no password): openssl pkcs8 -topk8 -nodes -in old.pem -out"
                                + " new.pem");
        Path cut = Files.writeString(
                directory.resolve("cut.key"), "-----BEGIN PRIVATE KEY-----\nMEEC\n-----END PRIVATE KEY-----\n");
        assertThat(problemsOfHttp(pair(ours.certificate(), cut)).get(0))
                .contains("is damaged, or neither EC, RSA nor Ed25519")
                .doesNotContain("MEEC");
        assertThat(problemsOfHttp("certificate: " + ours.certificate()))
                .containsExactly("tidemark.yml:8: http.tls.key: is required and not given; such as 'key:"
                        + " /etc/tidemark/tidemark.key'; it belongs to 'certificate'");
    }

    private List<String> problemsOfHttp(String tls) {
        return problems(Loading.MINIMAL + "http: { tls: { " + tls + " } }\n");
    }

    @Test
    void whatContradictsTheSection_isRefused() {
        String tls = "{ ca: " + certificates.authority() + " }";
        assertThat(problems(sourceTls(
                        tls, ", debezium: { database.sslmode: require, driver.sslMode: x, max.batch.size: 9 }")))
                .hasSize(2)
                .allMatch(
                        line -> line.contains("'tls' decides this; remove it, or remove 'tls' and say all of it here"));
        assertThat(problems(sinkTls(tls)))
                .containsExactly("tidemark.yml:5: sink.typesense: has 'tls', and a node without https; write https://"
                        + " in all nodes, or remove 'tls'");
        assertThat(problems(sinkTls("{}")))
                .anyMatch(line -> line.contains("sink.typesense.tls.ca: is required and not given"));
        assertThat(problems(sinkTls("{ ca: " + certificates.authority() + ", key: x }")))
                .anyMatch(line -> line.contains("sink.typesense.tls.key: unknown key"));
    }

    @Test
    void mysqlByAddress_isRefused_whereItIsVerified() {
        String tls = ", tls: { ca: " + certificates.authority() + " } }";
        String byName = Loading.MINIMAL.replace(
                "postgres: { host: db, database: shop, user: tidemark, password: pw }",
                "mysql: { host: db, user: tidemark, password: pw" + tls);
        assertThat(new Loading(directory).config(byName).source().settings().tls())
                .isNotNull();
        for (String address : List.of("10.0.0.5", "'::1'")) {
            assertThat(problems(byName.replace("host: db", "host: " + address)))
                    .singleElement()
                    .asString()
                    .startsWith("tidemark.yml:3: source.mysql.host: must be a name where 'tls' is given, found '");
        }
    }
}
