package dev.tidemark.connector.mysql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeysTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "db.localhost",
                "127.0.0.1",
                "127.3.2.1",
                "::1",
                "[::1]",
                "0:0:0:0:0:0:0:1",
                "::ffff:127.0.0.1"
            })
    void loopback_mayNameItsOwnKey(String host) {
        assertThat(retrieval(host, Map.of())).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql",
                "db.internal",
                "localhost.example.com",
                "127.0.0.1.example.com",
                "10.0.0.7",
                "0.0.0.0",
                "::",
                "2001:db8::1",
                "1270.0.0.1",
                "ip6-localhost"
            })
    void otherHosts_mayNot_unlessTheConfigurationSaysSo(String host) {
        assertThat(retrieval(host, Map.of())).isEqualTo("false");
        assertThat(retrieval(host, Map.of("database.allowPublicKeyRetrieval", "true")))
                .isEqualTo("true");
    }

    /** What our connections and Debezium's do, which is the same. */
    private static String retrieval(String host, Map<String, String> debezium) {
        SourceSettings settings = SourceSettings.of("shop")
                .at(host, 3306)
                .as("tidemark", new Secret("p"))
                .build();
        String engine = EngineProperties.of(settings, 1, debezium).get("database.allowPublicKeyRetrieval");
        assertThat(DriverProperties.of(host, debezium)).containsEntry(PublicKeys.RETRIEVAL, engine);
        assertThat(PublicKeys.mayBeRetrieved(host, debezium)).isEqualTo(Boolean.parseBoolean(engine));
        return String.valueOf(engine);
    }

    @Test
    void keysAreUsed_forPasswordsThatTheServerDoesNotHaveAsTheyAre() {
        assertThat(PublicKeys.areUsedBy("caching_sha2_password")).isTrue();
        assertThat(PublicKeys.areUsedBy("sha256_password")).isTrue();
        assertThat(PublicKeys.areUsedBy("mysql_native_password")).isFalse();
    }
}
