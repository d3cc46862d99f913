package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.Certificates;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop by a signal halts the JVM, which then deletes nothing by itself: keys would pile up among the temporary files. */
class KeyDirectoriesIT {

    @Test
    void mysqlsKeyStores_endWithAServiceThatIsStopped(@TempDir Path temporary) throws Exception {
        try (Certificates certificates = new Certificates()) {
            Certificates.Issued shown = certificates.issue("database", "dns:localhost");
            Certificates.Issued ours = certificates.issue("tidemark", "dns:tidemark");
            try (MySqlServer mysql = MySqlServer.startAsProcess(
                            "--ssl-ca=" + certificates.authority(),
                            "--ssl-cert=" + shown.certificate(),
                            "--ssl-key=" + shown.key());
                    TypesenseServer typesense = TypesenseServer.start();
                    Shop shop = new Shop(new MySqlSource(mysql), typesense)
                            .withHost("localhost")
                            .withSource("tls: { ca: " + certificates.authority() + ", certificate: "
                                    + ours.certificate() + ", key: " + ours.key() + " }")) {
                shop.sql(
                        "CREATE TABLE brands (id int PRIMARY KEY, name text)", "INSERT INTO brands VALUES (1, 'Acme')");
                shop.document("brands");
                try (Service service = Service.run(shop.configFile(), temporary)) {
                    service.awaitLine("initial load is complete");
                    shop.awaitEqual("brands", "SELECT id, name FROM brands");
                    assertThat(keys(temporary)).contains("ca.p12", "identity.p12");
                    service.terminate();
                    assertThat(service.awaitEnd().code()).isZero();
                }
                assertThat(keys(temporary)).isEmpty();
            }
        }
    }

    /** The directories for keys among the temporary files, and what is in them. */
    private static List<String> keys(Path temporary) throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> temporary.relativize(file).toString().startsWith("tidemark-tls"))
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }
}
