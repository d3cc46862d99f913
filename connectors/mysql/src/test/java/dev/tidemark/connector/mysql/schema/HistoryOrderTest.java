package dev.tidemark.connector.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.document.Document;
import org.junit.jupiter.api.Test;

/** A statement is in force at a stored offset exactly where it will not be read again from there. */
class HistoryOrderTest {

    private static final String UUID = "aaaaaaaa-1111-2222-3333-bbbbbbbbbbbb:";

    private final HistoryOrder order = new HistoryOrder();

    private static Document at(String file, long place) {
        return Document.create("file", file, "pos", place);
    }

    private static Document after(String gtids, String file, long place) {
        return at(file, place).set("gtids", UUID + gtids);
    }

    @Test
    void byPlace_theEndOfTheStatementCounts() {
        Document statement = at("binlog.000009", 500);
        assertThat(order.isPositionAtOrBefore(statement, at("binlog.000009", 400)))
                .isFalse();
        assertThat(order.isPositionAtOrBefore(statement, at("binlog.000009", 500)))
                .isTrue();
        assertThat(order.isPositionAtOrBefore(statement, at("binlog.000010", 4)))
                .isTrue();
        assertThat(order.isPositionAtOrBefore(statement, at("binlog.000008", 9000)))
                .isFalse();
        assertThat(order.isPositionAtOrBefore(at("binlog.000009", 3_000_000_000L), at("binlog.000009", 4_000_000_000L)))
                .isTrue();
    }

    @Test
    void byGtid_theStatementRightAfterTheOffset_isReadAgain() {
        Document statement = after("1-10", "binlog.000002", 500);
        assertThat(order.isPositionAtOrBefore(statement, after("1-9", "binlog.000002", 300)))
                .isFalse();
        assertThat(order.isPositionAtOrBefore(statement, after("1-10", "binlog.000002", 400)))
                .isFalse();
        assertThat(order.isPositionAtOrBefore(statement, after("1-10", "binlog.000002", 500)))
                .isFalse();
        assertThat(order.isPositionAtOrBefore(statement, after("1-11", "binlog.000002", 600)))
                .isTrue();
    }

    @Test
    void byGtid_aSnapshotHoldsWhatItNames() {
        Document read = after("1-10", "binlog.000002", 500).set("snapshot", "INITIAL");
        assertThat(order.isPositionAtOrBefore(read, after("1-10", "binlog.000002", 500)))
                .isTrue();
        assertThat(order.isPositionAtOrBefore(read, after("1-12", "binlog.000002", 900)))
                .isTrue();
    }

    @Test
    void placesOfAnotherServer_areNoMeasure_whereThereAreGtids() {
        Document statement = after("1-10", "old-server.000900", 500);
        assertThat(order.isPositionAtOrBefore(statement, after("1-11", "binlog.000001", 4)))
                .isTrue();
    }

    @Test
    void recordedBeforeTheServerHadGtids_isInForce() {
        assertThat(order.isPositionAtOrBefore(at("binlog.000001", 4), after("1-3", "binlog.000001", 100)))
                .isTrue();
    }
}
