package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pooler is recognized, whichever it is: what stands here for one answers as PgBouncer 1.18 and 1.23 do. */
@NullUnmarked
class PoolerIT {

    private final TestDatabase database = new TestDatabase();

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "replication, FAILED, pooler, does not let replication through",
                "options, FAILED, connection, which does not take our sessions",
                "nothing, WARNING, pooler, which lets replication through",
            })
    void pooler_isNamed_withWhatToDo(String rejected, Outcome outcome, String subject, String words)
            throws IOException {
        try (Pooler pooler = new Pooler(database.server.port(), rejected)) {
            Check check = preflight(pooler.port()).stream()
                    .filter(each -> each.outcome() != Outcome.OK)
                    .findFirst()
                    .orElseThrow();
            assertThat(check.outcome()).isEqualTo(outcome);
            assertThat(check.subject()).isEqualTo(subject);
            assertThat(check.message()).contains("connection pooler", words);
            assertThat(check.hint()).contains("host and port of the server itself");
        }
    }

    @Test
    void server_isNoPooler() {
        assertThat(preflight(database.server.port())).extracting(Check::subject).doesNotContain("pooler");
    }

    private List<Check> preflight(int port) {
        database.execute("CREATE TABLE IF NOT EXISTS items (id int PRIMARY KEY)");
        SourceSettings settings = database.settings(
                        SnapshotMode.INITIAL,
                        List.of(new Table(TableId.parse("public.items"), List.of())),
                        database.server.user(),
                        database.server.password())
                .like()
                .at("127.0.0.1", port)
                .build();
        return new PostgresConnectorFactory().create(settings).preflight(null, false);
    }

    /** Hands connections on, gives them process ids of its own, and refuses those that start with a certain parameter. */
    private static final class Pooler implements AutoCloseable {

        private static final int ENCRYPTION = 80877103;

        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int server;
        private final String rejected;

        Pooler(int server, String rejected) throws IOException {
            this.server = server;
            this.rejected = rejected;
            on(this::accept);
        }

        int port() {
            return listener.getLocalPort();
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

        private void accept() throws IOException {
            while (!listener.isClosed()) {
                Socket client = listener.accept();
                on(() -> serve(client));
            }
        }

        private void serve(Socket client) throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            byte[] start = startup(in);
            if (ByteBuffer.wrap(start).getInt() == ENCRYPTION) {
                out.write('N');
                start = startup(in);
            }
            if (new String(start, StandardCharsets.ISO_8859_1).contains("\0" + rejected + "\0")) {
                byte[] error = ("SFATAL\0C08P01\0Munsupported startup parameter: " + rejected + "\0\0")
                        .getBytes(StandardCharsets.ISO_8859_1);
                out.write('E');
                out.writeInt(error.length + 4);
                out.write(error);
                client.close();
                return;
            }
            try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
                DataOutputStream to = new DataOutputStream(behind.getOutputStream());
                to.writeInt(start.length + 4);
                to.write(start);
                on(() -> {
                    try (InputStream from = client.getInputStream()) {
                        from.transferTo(behind.getOutputStream());
                    } finally {
                        behind.close();
                    }
                });
                answers(new DataInputStream(behind.getInputStream()), out);
            } finally {
                client.close();
            }
        }

        private static byte[] startup(DataInputStream in) throws IOException {
            return in.readNBytes(in.readInt() - 4);
        }

        private static void answers(DataInputStream from, DataOutputStream out) throws IOException {
            while (true) {
                int type = from.readUnsignedByte();
                int length = from.readInt();
                byte[] body = from.readNBytes(length - 4);
                if (type == 'K') {
                    ByteBuffer.wrap(body).putInt(1_234_567);
                }
                ByteBuffer message = ByteBuffer.allocate(length + 1);
                message.put((byte) type).putInt(length).put(body);
                out.write(message.array());
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
