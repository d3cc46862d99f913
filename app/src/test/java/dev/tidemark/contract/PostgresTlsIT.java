package dev.tidemark.contract;

import static org.awaitility.Awaitility.await;

import dev.tidemark.testkit.Certificates;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

class PostgresTlsIT extends TlsContract {

    @Override
    SourceServer start(Certificates certificates, Certificates.Issued shown) throws Exception {
        Path rules = certificates.file(
                "pg_hba.conf",
                "hostssl all,replication " + USER + " 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
                        + "hostssl all,replication all 127.0.0.1/32 scram-sha-256\n");
        PostgresServer server = PostgresServer.startAsProcess(Map.of(
                "ssl", "on",
                "ssl_ca_file", certificates.authority().toString(),
                "ssl_cert_file", shown.certificate().toString(),
                "ssl_key_file", shown.key().toString(),
                "hba_file", rules.toString()));
        server.execute(
                "postgres",
                "CREATE ROLE " + USER + " SUPERUSER REPLICATION LOGIN PASSWORD '" + server.password() + "'");
        return new PostgresSource(server);
    }

    @Override
    void show(SourceServer server, Certificates.Issued shown) throws SQLException {
        server.execute(
                "postgres",
                "ALTER SYSTEM SET ssl_cert_file = '" + shown.certificate() + "'",
                "ALTER SYSTEM SET ssl_key_file = '" + shown.key() + "'",
                "SELECT pg_reload_conf()");
        // A new connection has what the server has read: it reads in its own time.
        await().until(() -> {
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW ssl_key_file")) {
                return rows.next() && rows.getString(1).equals(shown.key().toString());
            }
        });
    }

    @Override
    String connections() {
        return "SELECT CASE WHEN ssl THEN 'encrypted' ELSE 'plain' END FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                + " WHERE usename = '" + USER + "'";
    }
}
