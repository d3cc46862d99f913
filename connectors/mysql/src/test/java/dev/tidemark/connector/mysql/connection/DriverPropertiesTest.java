package dev.tidemark.connector.mysql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DriverPropertiesTest {

    @Test
    void of_encryptsWherePossible_unlessTold() {
        assertThat(DriverProperties.of("db", Map.of())).containsEntry("sslMode", "PREFERRED");
        assertThat(DriverProperties.of("db", Map.of("database.ssl.mode", "disabled")))
                .containsEntry("sslMode", "DISABLED");
    }

    @Test
    void of_translatesDebeziumsNames() {
        assertThat(DriverProperties.of(
                        "db",
                        Map.of(
                                "database.ssl.mode", "verify_identity",
                                "database.ssl.truststore", "/etc/trust.p12",
                                "database.ssl.truststore.password", "t",
                                "database.ssl.keystore", "/etc/key.p12",
                                "database.ssl.keystore.password", "k")))
                .containsEntry("sslMode", "VERIFY_IDENTITY")
                .containsEntry("trustCertificateKeyStoreUrl", "file:/etc/trust.p12")
                .containsEntry("trustCertificateKeyStorePassword", "t")
                .containsEntry("clientCertificateKeyStoreUrl", "file:/etc/key.p12")
                .containsEntry("clientCertificateKeyStorePassword", "k")
                .doesNotContainKey("ssl.mode");
    }

    @Test
    void of_passesTheDriversOwnOn_andNothingElse() {
        assertThat(DriverProperties.of(
                        "db",
                        Map.of(
                                "database.socksProxyHost", "a",
                                "driver.tcpNoDelay", "false",
                                "driver.socksProxyHost", "b",
                                "poll.interval.ms", "5")))
                .containsEntry("socksProxyHost", "b")
                .containsEntry("tcpNoDelay", "false")
                .doesNotContainKey("poll.interval.ms");
    }
}
