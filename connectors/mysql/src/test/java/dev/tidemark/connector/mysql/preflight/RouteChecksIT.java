package dev.tidemark.connector.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What answers in place of the server, or keeps what it receives out of its binlog, is recognized. */
class RouteChecksIT {

    private static List<Check> preflight(MySqlServer server, int port) {
        SourceSettings settings = SourceSettings.of("route")
                .state(Path.of("target"))
                .at(server.host(), port)
                .as(server.user(), new Secret(server.password()))
                .tables(List.of(new Table(TableId.parse("mysql.user"), List.of())))
                .build();
        return new MySqlConnectorFactory().create(settings).preflight(null, false);
    }

    @Test
    void proxy_isNamed_andTheServerItselfIsNone() throws IOException {
        MySqlServer server = MySqlServer.shared();
        assertThat(preflight(server, server.port())).extracting(Check::subject).doesNotContain("proxy", "replica");
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            on(() -> {
                while (true) {
                    Socket client = proxy.accept();
                    on(() -> serve(client, server.port()));
                }
            });
            assertThat(preflight(server, proxy.getLocalPort())).anySatisfy(check -> {
                assertThat(check.outcome()).isEqualTo(Check.Outcome.FAILED);
                assertThat(check.subject()).isEqualTo("proxy");
                assertThat(check.hint()).contains("host and port of the MySQL server itself");
            });
        }
    }

    @Test
    void replica_thatLogsNothing_isNamed() {
        try (MySqlServer server = MySqlServer.start("--log-replica-updates=OFF")) {
            assertThat(preflight(server, server.port()))
                    .extracting(Check::subject)
                    .doesNotContain("replica");
            server.execute(
                    "",
                    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1, SOURCE_USER = 'u'",
                    "START REPLICA");
            assertThat(preflight(server, server.port())).anySatisfy(check -> {
                assertThat(check.outcome()).isEqualTo(Check.Outcome.FAILED);
                assertThat(check.message()).contains("log_replica_updates off");
            });
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void on(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // as connections do
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands a connection on, with a connection id of its own in the greeting. */
    private static void serve(Socket client, int port) throws IOException {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            InputStream from = server.getInputStream();
            OutputStream to = client.getOutputStream();
            byte[] header = from.readNBytes(4);
            byte[] greeting = from.readNBytes((header[0] & 0xff) | (header[1] & 0xff) << 8);
            int end = 1;
            while (greeting[end] != 0) {
                end++;
            }
            greeting[end + 3] = 0x42;
            to.write(header);
            to.write(greeting);
            on(() -> client.getInputStream().transferTo(server.getOutputStream()));
            from.transferTo(to);
        }
    }
}
