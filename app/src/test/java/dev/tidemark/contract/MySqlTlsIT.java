package dev.tidemark.contract;

import dev.tidemark.testkit.Certificates;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class MySqlTlsIT extends TlsContract {

    /** Kept open: the driver takes no expired certificate, not even where it verifies nothing else. */
    private @Nullable Connection admin;

    @Override
    SourceServer start(Certificates certificates, Certificates.Issued shown) throws SQLException {
        MySqlServer server = MySqlServer.startAsProcess(
                "--require-secure-transport=ON",
                "--ssl-ca=" + certificates.authority(),
                "--ssl-cert=" + shown.certificate(),
                "--ssl-key=" + shown.key(),
                "--performance-schema=ON");
        server.execute(
                "",
                "CREATE USER '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + server.password() + "' REQUIRE X509",
                "GRANT ALL ON *.* TO '" + USER + "'@'127.0.0.1'");
        admin = server.connect();
        return new MySqlSource(server);
    }

    @Override
    void show(SourceServer server, Certificates.Issued shown) throws SQLException {
        try (Statement statement = Objects.requireNonNull(admin).createStatement()) {
            for (String sql : List.of(
                    "SET GLOBAL ssl_cert = '" + shown.certificate() + "'",
                    "SET GLOBAL ssl_key = '" + shown.key() + "'",
                    "ALTER INSTANCE RELOAD TLS")) {
                statement.execute(sql);
            }
        }
    }

    @Override
    String connections() {
        return "SELECT IF(connection_type = 'SSL/TLS', 'encrypted', 'plain') FROM performance_schema.threads"
                + " WHERE processlist_user = '" + USER + "'";
    }
}
