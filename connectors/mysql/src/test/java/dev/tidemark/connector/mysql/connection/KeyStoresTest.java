package dev.tidemark.connector.mysql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.KeyDirectories;
import dev.tidemark.connector.tls.Tls;
import dev.tidemark.testkit.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyStoresTest {

    @Test
    void files_areOurs_andComeBack() throws Exception {
        try (Certificates certificates = new Certificates()) {
            Certificates.Issued issued = certificates.issue("ours", "dns:ours");
            KeyStores stores =
                    new KeyStores(new Tls(certificates.authority(), new Identity(issued.certificate(), issued.key())));
            Map<String, String> properties = stores.properties();
            Path authorities = Path.of(properties.get("database.ssl.truststore"));
            Path identity = Path.of(properties.get("database.ssl.keystore"));
            Path directory = authorities.getParent();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(identity)))
                    .isEqualTo("rw-------");
            assertThat(open(authorities, String.valueOf(properties.get("database.ssl.truststore.password")))
                            .isCertificateEntry("ca0"))
                    .isTrue();
            char[] password = String.valueOf(properties.get("database.ssl.keystore.password"))
                    .toCharArray();
            assertThat(open(identity, new String(password)).getKey("identity", password))
                    .isNotNull();

            Files.delete(identity);
            assertThat(stores.properties()).isEqualTo(properties);
            assertThat(identity).exists();
            Files.delete(identity);
            Files.delete(authorities);
            Files.delete(directory);
            assertThat(Path.of(stores.properties().get("database.ssl.truststore")))
                    .exists();
        }
    }

    /** A connection that is made after a renewal is made with what was renewed. */
    @Test
    void renewedFiles_areTakenUp_andOthersNotWrittenAgain() throws Exception {
        try (Certificates certificates = new Certificates();
                Certificates others = new Certificates()) {
            Certificates.Issued issued = certificates.issue("ours", "dns:ours");
            KeyStores stores =
                    new KeyStores(new Tls(certificates.authority(), new Identity(issued.certificate(), issued.key())));
            Map<String, String> properties = stores.properties();
            Path authorities = Path.of(properties.get("database.ssl.truststore"));
            Path identity = Path.of(properties.get("database.ssl.keystore"));
            String password = String.valueOf(properties.get("database.ssl.keystore.password"));
            byte[] before = Files.readAllBytes(authorities);

            Certificates.Issued renewed = certificates.issue("renewed", "dns:ours");
            Files.copy(renewed.key(), issued.key(), StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(stores::properties).isInstanceOfSatisfying(SourceException.class, half -> {
                assertThat(half.isRetryable()).isTrue();
                assertThat(half).hasMessageContaining("does not belong");
            });
            Files.copy(renewed.certificate(), issued.certificate(), StandardCopyOption.REPLACE_EXISTING);
            assertThat(stores.properties()).isEqualTo(properties);
            KeyStore store = open(identity, password);
            assertThat(store.getCertificate("identity"))
                    .isEqualTo(new Identity(renewed.certificate(), renewed.key())
                            .certificates()
                            .get(0));
            assertThat(store.getKey("identity", password.toCharArray())).isNotNull();
            assertThat(authorities).hasBinaryContent(before);

            Files.copy(others.authority(), certificates.authority(), StandardCopyOption.REPLACE_EXISTING);
            assertThat(stores.properties()).isEqualTo(properties);
            assertThat(open(authorities, password).getCertificate("ca0"))
                    .isEqualTo(new Tls(others.authority(), null).authorities().getCertificate("ca0"));
            assertThat(authorities.getParent())
                    .isDirectoryNotContaining(file -> file.toString().endsWith(".new"));
        }
    }

    @Test
    void folders_areDeletedByWhoeverHalts() throws Exception {
        try (Certificates certificates = new Certificates()) {
            KeyStores stores = new KeyStores(new Tls(certificates.authority(), null));
            Path file = Path.of(stores.properties().get("database.ssl.truststore"));
            Files.writeString(file.resolveSibling("ca.p12.new"), "of a write that was cut off");
            KeyDirectories.deleteAll();
            assertThat(file.getParent()).doesNotExist();
            KeyDirectories.deleteAll();
        }
    }

    @Test
    void withoutTls_nothingIsSaidAndNothingWritten() {
        assertThat(new KeyStores(null).properties()).isEmpty();
    }

    private static KeyStore open(Path file, String password) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("JKS"); // as Debezium does
            store.load(in, password.toCharArray());
            return store;
        }
    }
}
