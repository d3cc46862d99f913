package dev.tidemark.connector.mysql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a real server says to a reader of its binlog, and what becomes of it. */
@NullUnmarked
class BinlogErrorsIT {

    private static final long SERVER_ID = 9_001;

    private static MySqlServer server;

    private final BlockingQueue<Exception> failures = new ArrayBlockingQueue<>(10);

    @BeforeAll
    static void start() {
        server = MySqlServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @Test
    void purgedBinlog_isLost() throws Exception {
        server.execute("", "FLUSH BINARY LOGS", "PURGE BINARY LOGS TO 'binlog.000002'");
        BinaryLogClient client = reader("binlog.000001", 4);
        client.connect(60_000);
        SourceException explained = nextFailure();
        assertThat(explained.loss()).as(explained.toString()).isEqualTo(Loss.GAP);
        client.disconnect();
    }

    @Test
    void secondReaderWithTheSameServerId_doesNotHeal() throws Exception {
        BinaryLogClient first = reader(null, 0);
        first.connect(60_000);
        BinaryLogClient second = reader(null, 0);
        second.connect(60_000);
        SourceException explained = nextFailure();
        assertThat(explained.isRetryable()).as(explained.toString()).isFalse();
        assertThat(explained.hint()).contains("serverId");
        first.disconnect();
        second.disconnect();
    }

    /** One that stops while it is read is no failure to the client: it ends in silence and connects again. */
    @Test
    void stoppedServer_heals() throws Exception {
        server.kill();
        try {
            assertThatThrownBy(() -> reader(null, 0).connect(60_000))
                    .satisfies(failure ->
                            assertThat(explain(failure).isRetryable()).isTrue());
        } finally {
            server.startAgain();
        }
    }

    private BinaryLogClient reader(String file, long place) {
        BinaryLogClient client = new BinaryLogClient(server.host(), server.port(), server.user(), server.password());
        client.setServerId(SERVER_ID);
        client.setKeepAlive(false);
        client.setBlocking(true);
        if (file != null) {
            client.setBinlogFilename(file);
            client.setBinlogPosition(place);
        }
        client.registerLifecycleListener(new BinaryLogClient.AbstractLifecycleListener() {
            @Override
            public void onCommunicationFailure(BinaryLogClient of, Exception failure) {
                failures.add(failure);
            }
        });
        return client;
    }

    private SourceException nextFailure() throws InterruptedException {
        Exception failure = failures.poll(60, TimeUnit.SECONDS);
        assertThat(failure).isNotNull();
        return explain(failure);
    }

    private static SourceException explain(Throwable failure) {
        return MySqlErrors.explain(failure, new Database(settings()));
    }

    private static SourceSettings settings() {
        return SourceSettings.of("errors")
                .at(server.host(), server.port())
                .as(server.user(), new Secret(server.password()))
                .build();
    }
}
