package dev.tidemark.connector.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.mysql.connection.Provider;
import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that shows itself as one of a provider: what is checked of it is what counts there. */
class ProviderIT {

    /** A real server below RDS's directory, with RDS's table: its variable says 30 days, and RDS does not look at it. */
    @Test
    void retentionOfRds_isThatOfItsOwnTable(@TempDir Path directory) throws Exception {
        String program = directory(directory);
        try (MySqlServer server = MySqlServer.startAsProcess("--basedir=" + program)) {
            server.execute("", "CREATE USER tidemark IDENTIFIED BY 'a-password'");
            assertThat(retention(server).message()).contains("Amazon RDS", "mysql.rds_configuration is not readable");
            server.execute(
                    "mysql",
                    "CREATE TABLE rds_configuration (name varchar(100) PRIMARY KEY, value varchar(100), description varchar(300))",
                    "INSERT INTO rds_configuration VALUES ('binlog retention hours', NULL, ''), ('target delay', '0', '')",
                    "GRANT SELECT ON mysql.rds_configuration TO tidemark");
            Check atOnce = retention(server);
            assertThat(atOnce.outcome()).isEqualTo(Outcome.WARNING);
            assertThat(atOnce.message()).contains("as soon as nothing reads it");
            assertThat(atOnce.hint()).isEqualTo("CALL mysql.rds_set_configuration('binlog retention hours', 168)");
            server.execute("mysql", "UPDATE rds_configuration SET value = '12' WHERE name = 'binlog retention hours'");
            assertThat(retention(server).message()).contains("for 12 hours");
            server.execute("mysql", "UPDATE rds_configuration SET value = '168' WHERE name = 'binlog retention hours'");
            assertThat(retention(server)).isEqualTo(Check.ok("binlog retention", "7 days"));
        }
    }

    /** Returns a program directory below {@code rdsdbbin} that a server can run with. */
    private static String directory(Path directory) throws Exception {
        Path program = Files.createDirectories(directory.resolve("rdsdbbin/mysql-8.0"));
        try (Connection connection = MySqlServer.shared().connect();
                ResultSet row = connection.createStatement().executeQuery("SELECT @@GLOBAL.basedir")) {
            row.next();
            for (String part : List.of("share", "lib")) {
                Files.createSymbolicLink(program.resolve(part), Path.of(row.getString(1), part));
            }
        }
        return program.toString();
    }

    private static Check retention(MySqlServer server) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + server.port() + "/", "tidemark", "a-password")) {
            Variables variables = Variables.read(connection);
            assertThat(variables.provider()).isEqualTo(Provider.RDS);
            return of("binlog retention", new ServerChecks(variables).run());
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "aurora_version, 3.08.0, Amazon Aurora, 'DB cluster parameter group'",
                "basedir, /rdsdbbin/mysql-8.0.40/, Amazon RDS, 'DB parameter group of the instance'",
                "version, 8.0.40-google, Google Cloud SQL, 'the flag binlog_row_image = FULL'",
                "version_comment, (Google), Google Cloud SQL, 'the flag binlog_row_image = FULL'",
                "version, 8.0.40-azure, Azure, 'the server parameter binlog_row_image = FULL'",
                "basedir, /usr/, '', 'SET PERSIST binlog_row_image = FULL'",
            })
    void provider_isNamed_withItsOwnWays(String variable, String value, String name, String hint) {
        Variables variables = new Variables(Map.of(variable, value, "binlog_row_image", "MINIMAL", "log_bin", "OFF"));
        List<Check> checks = new ServerChecks(variables).run();
        assertThat(checks.stream().filter(check -> check.subject().equals("provider")))
                .hasSize(name.isEmpty() ? 0 : 1)
                .allSatisfy(check -> assertThat(check.message()).startsWith(name));
        assertThat(of("binlog_row_image", checks).hint()).contains(hint);
        assertThat(of("log_bin", checks).hint().contains("my.cnf")).isEqualTo(name.isEmpty());
    }

    /** Where it means "never" elsewhere. */
    @Test
    void retentionOfNothing_isAWarningOnAzure() {
        assertThat(retention("8.0.40-azure").outcome()).isEqualTo(Outcome.WARNING);
        assertThat(retention("8.0.40-azure").hint())
                .isEqualTo("set the server parameter binlog_expire_logs_seconds = 604800");
        assertThat(retention("8.0.40").message()).isEqualTo("files are never removed by themselves");
    }

    private static Check retention(String version) {
        Variables variables = new Variables(Map.of("version", version, "binlog_expire_logs_seconds", "0"));
        return of("binlog retention", new ServerChecks(variables).run());
    }

    private static Check of(String subject, List<Check> checks) {
        return checks.stream()
                .filter(check -> check.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError(checks.toString()));
    }
}
