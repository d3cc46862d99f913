package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.connection.SessionSettings;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code check} says of a pooler between us and the server that rejects or ignores the options of a session. */
class PoolerSettingsIT {

    @Test
    void pooler_thatRejectsOptions_isNamed() throws IOException {
        TestDatabase database = new TestDatabase();
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        try (Pooler pooler = new Pooler(database, "unsupported startup parameter in options: bytea_output")) {
            Check found = check(pooler, "connection");
            assertThat(found.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(found.message()).contains("connection pooler").contains("bytea_output");
            assertThat(found.hint()).contains("host and port of the server itself");
        }
    }

    @Test
    void pooler_thatIgnoresOptions_isRefused_ifTheSettingsAreOtherOnes() throws IOException {
        TestDatabase database = new TestDatabase();
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "ALTER DATABASE " + database.name + " SET bytea_output = 'escape'");
        try (Pooler pooler = new Pooler(database, null)) {
            Check found = check(pooler, SessionSettings.SUBJECT);
            assertThat(found.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(found.message()).contains("bytea_output is escape instead of hex");
        }
        assertThat(preflight(database, database.server.port()))
                .anyMatch(check -> check.subject().equals(SessionSettings.SUBJECT) && check.outcome() == Outcome.OK);
    }

    private static Check check(Pooler pooler, String subject) {
        List<Check> found = preflight(pooler.database, pooler.port());
        return found.stream()
                .filter(check -> check.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError(String.valueOf(found)));
    }

    private static List<Check> preflight(TestDatabase database, int port) {
        return new PostgresConnectorFactory()
                .create(SourceSettings.of(database.name)
                        .at("127.0.0.1", port)
                        .database(database.name)
                        .as(database.server.user(), new Secret(database.server.password()))
                        .tables(List.of(new Table(TableId.parse("public.items"), List.of())))
                        .build())
                .preflight(null, false);
    }

    /** Passes connections on without their options, or rejects them. */
    private static final class Pooler implements AutoCloseable {

        private static final int SSL_REQUEST = 80877103;
        private static final int GSS_REQUEST = 80877104;

        private final TestDatabase database;
        private final @Nullable String rejection;
        private final ServerSocket listening;

        Pooler(TestDatabase database, @Nullable String rejection) throws IOException {
            this.database = database;
            this.rejection = rejection;
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            daemon(() -> {
                while (!listening.isClosed()) {
                    Socket client = listening.accept();
                    daemon(() -> serve(client));
                }
            });
        }

        int port() {
            return listening.getLocalPort();
        }

        private void serve(Socket client) throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            int length = in.readInt();
            int version = in.readInt();
            while (version == SSL_REQUEST || version == GSS_REQUEST) {
                out.write('N');
                length = in.readInt();
                version = in.readInt();
            }
            byte[] parameters = in.readNBytes(length - 2 * Integer.BYTES);
            if (rejection != null) {
                byte[] error = ("SFATAL\0VFATAL\0C08P01\0M" + rejection + "\0\0").getBytes(StandardCharsets.UTF_8);
                out.write('E');
                out.writeInt(error.length + Integer.BYTES);
                out.write(error);
                client.close();
                return;
            }
            Socket server = new Socket(database.server.host(), database.server.port());
            byte[] left = withoutOptions(parameters);
            DataOutputStream to = new DataOutputStream(server.getOutputStream());
            to.writeInt(left.length + 2 * Integer.BYTES);
            to.writeInt(version);
            to.write(left);
            daemon(() -> {
                in.transferTo(to);
                server.close();
            });
            server.getInputStream().transferTo(out);
            client.close();
        }

        private static byte[] withoutOptions(byte[] parameters) {
            List<String> words =
                    new ArrayList<>(List.of(new String(parameters, StandardCharsets.UTF_8).split("\0", -1)));
            int at = words.indexOf("options");
            words.remove(at);
            words.remove(at);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(String.join("\0", words).getBytes(StandardCharsets.UTF_8));
            return out.toByteArray();
        }

        private interface Step {
            void run() throws IOException;
        }

        private static void daemon(Step step) {
            Thread thread = new Thread(() -> {
                try {
                    step.run();
                } catch (IOException e) {
                    // The other side is gone.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() {
            try {
                listening.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
