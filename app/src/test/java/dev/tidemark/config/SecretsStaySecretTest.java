package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 8: no message and no toString shows a secret, or what a reference stands for. */
class SecretsStaySecretTest {

    private final Path directory;

    SecretsStaySecretTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Loading loading() {
        return new Loading(directory)
                .with("VALUE", "hunter2")
                .with("SIZE", "hunter2mb")
                .with("LINES", "hunter2\nhunter2");
    }

    /** Each is put in place of the password. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pa${hunter2}ss",
                "hunter2${",
                "${VALUE}${NONE}",
                "[hunter2]",
                "{hunter2: 1}",
                "!hunter2 x",
                "\"hunter2\\n\"",
                "\"${LINES}\"",
                "*hunter2",
                "&hunter2",
                "@hunter2",
                "\"\\hunter2\"",
                "hunter2: x",
                "'hunter2"
            })
    void load_hidesPassword(String password) {
        String yaml = Loading.MINIMAL.replace(
                "postgres: { host: db, database: shop, user: tidemark, password: pw }",
                "postgres:\n    host: db\n    database: shop\n    user: tidemark\n    password: " + password);
        assertThat(loading().problems(yaml))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("hunter2"));
    }

    /** Each is put at the end of the minimal file, in its one document. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "    create: ${VALUE}",
                "    collection: a/${VALUE}",
                "    fields: { a: { type: \"${VALUE}\" } }",
                "http: { port: \"${VALUE}\" }",
                "http: { port: ${VALUE} }",
                "http: { address: \"${VALUE}:1\" }",
                "http: { token: hunter2 with blanks }",
                "http: { token: hunter2 }",
                "http: { token:hunter2 }",
                "http: { token: [hunter2] }",
                "http: { tokens: hunter2 }",
                "http: { address: \"http://tidemark:hunter2@db/shop\" }",
                "http: hunter2",
                "flush: { interval: \"${VALUE}\" }",
                "flush: { bytes: \"${SIZE}\" }",
                "flush: { onReject: \"${VALUE}\" }",
                "state: \"${LINES}\""
            })
    void load_hidesValues(String more) {
        assertThat(loading().problemsAnd(more + "\n"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("hunter2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:hunter2@search:8108",
                "http://search:8108?x-typesense-api-key=hunter2",
                "http://user:hunter2@se arch",
                "hunter2@search"
            })
    void load_hidesKeyInNode(String node) {
        assertThat(loading().problems(Loading.MINIMAL.replace("http://search:8108", node)))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("hunter2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"database.password: hunter2", "a: [hunter2]", "a: \"hunter2\\0\"", "a: \"x${hunter2}\""})
    void load_hidesDebeziumValues(String property) {
        String yaml = Loading.MINIMAL.replace("password: pw", "password: pw, debezium: { " + property + " }");
        assertThat(loading().problems(yaml)).singleElement().asString().doesNotContain("hunter2");
    }

    @Test
    void load_showsReferenceAsWritten() {
        assertThat(loading().problemsAnd("http: { port: \"${VALUE}\" }\n"))
                .singleElement()
                .asString()
                .contains("found '${VALUE}'");
    }

    @Test
    void toString_showsNoSecret() {
        Config config = loading()
                .config(Loading.MINIMAL
                                .replace(
                                        "pw }", "hunter2, slot: hunter2, debezium: { database.sslpassword: hunter2 } }")
                                .replace("apiKey: key", "apiKey: hunter2")
                        + "http: { token: hunter2-hunter2-hunter2 }\n");
        assertThat(config.source().settings().debezium()).containsEntry("database.sslpassword", "hunter2");
        assertThat(config.toString()).doesNotContain("hunter2").contains("database.sslpassword", "***");
    }
}
