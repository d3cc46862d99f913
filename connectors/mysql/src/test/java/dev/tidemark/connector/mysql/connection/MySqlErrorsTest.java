package dev.tidemark.connector.mysql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import io.debezium.DebeziumException;
import io.debezium.relational.history.SchemaHistoryException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlErrorsTest {

    private static final Database DATABASE = new Database(SourceSettings.of("shop")
            .at("db", 3306)
            .as("tidemark", new Secret("secret"))
            .build());

    /** The server's own words, of 5.7 and 8.0. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Could not find first log file name in binary log index file",
                "Cannot replicate because the source purged required binary logs. Replicate the missing transactions from"
                        + " elsewhere, or provision a new replica from backup.",
                "The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master has purged binary"
                        + " logs containing GTIDs that the slave requires.",
            })
    void purgedBinlog_isLost(String text) {
        SourceException explained = explain(new DebeziumException(text, new ServerException(text, 1236, "HY000")));
        assertThat(explained.loss()).isEqualTo(Loss.GAP);
        assertThat(explained.hint()).contains("loads all tables again from a new position");
        assertThat(explained).hasMessageContaining(text);
    }

    /** Another history: that is for the operator. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Client requested source to start replication from position > file size",
                "Replica has more GTIDs than the source has, using the source's SERVER_UUID",
            })
    void positionOfAnotherHistory_isNotLost(String text) {
        SourceException explained = explain(new DebeziumException(text, new ServerException(text, 1236, "HY000")));
        assertThat(explained.isRetryable()).isFalse();
        assertThat(explained.loss()).isNull();
        assertThat(explained.hint()).contains("snapshot: always").contains("offsets clear");
        assertThat(explained).hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A slave with the same server_uuid/server_id as this slave has connected to the master; the first event ''",
                "A replica with the same server_uuid/server_id as this replica has connected to the source; the first event ''",
            })
    void sameServerId_doesNotHeal(String text) {
        SourceException explained = explain(new DebeziumException(text, new ServerException(text, 1236, "HY000")));
        assertThat(explained.isRetryable()).isFalse();
        assertThat(explained.hint()).contains("'serverId'");
    }

    @Test
    void network_heals() {
        List<Throwable> failures = List.of(
                new EOFException("Failed to read next byte from position 1547"),
                new ConnectException("Connection refused"),
                new IOException("Connection reset"),
                new DebeziumException("Timed out after 10 seconds", new TimeoutException()),
                new SQLException("Communications link failure", "08S01", 0, new UnknownHostException("db")),
                new SQLException("Too many connections", "08004", 1040),
                new SQLException("Server shutdown in progress", "08S01", 1053));
        assertThat(failures)
                .allSatisfy(failure -> assertThat(
                                explain(new DebeziumException("x", failure)).isRetryable())
                        .as(failure.toString())
                        .isTrue());
    }

    @Test
    void whatSomebodyHasToMend_doesNotHeal_andHasAHint() {
        List<Throwable> failures = List.of(
                new SQLException("Access denied for user", "28000", 1045),
                new SQLException("Access denied; you need RELOAD", "42000", 1227),
                new SQLException("SELECT command denied", "42000", 1142),
                new SQLException("Connections using insecure transport are prohibited", "HY000", 3159),
                new SQLException("Public Key Retrieval is not allowed", "08001", 0),
                new SQLException("SSL Connection required, but not supported by server.", "08001", 0),
                new SchemaHistoryException("cannot be read"),
                new DebeziumException("The db history topic is missing."),
                new DebeziumException(
                        "Encountered change event for table a.b whose schema isn't known to this connector"),
                new DebeziumException("... but this is no longer available on the server."),
                new ServerException("log event entry exceeded max_allowed_packet", 1236, "HY000"));
        assertThat(failures).allSatisfy(failure -> {
            SourceException explained = explain(failure);
            assertThat(explained.isRetryable()).as(failure.toString()).isFalse();
            assertThat(explained.hint()).isNotEmpty();
        });
    }

    @Test
    void unknownHost_isNamed() {
        assertThat(explain(new SQLException("Communications link failure", "08S01", 0, new UnknownHostException("db"))))
                .hasMessage("MySQL at db:3306 cannot be reached: unknown host db");
    }

    private static SourceException explain(Throwable failure) {
        return MySqlErrors.explain(failure, DATABASE);
    }
}
