package dev.tidemark.connector.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.TestDatabase;
import dev.tidemark.connector.postgres.connection.Database;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The estimate that the fetches of the initial load follow from. */
class RowWidthsIT {

    private final TestDatabase database = new TestDatabase();

    private long widest(String... tables) {
        Database open = new Database(
                database.settings(SnapshotMode.INITIAL, List.of(), database.server.user(), database.server.password()));
        return open.ask(connection -> new RowWidths(connection)
                .widest(List.of(tables).stream().map(TableId::parse).toList()));
    }

    @Test
    void widestTable_decides_alsoIfItWasNeverCounted_andItsValuesAreCompressed() {
        database.execute(
                "CREATE TABLE narrow (id int PRIMARY KEY, s text)",
                "INSERT INTO narrow SELECT i, 's' FROM generate_series(1, 10000) i",
                "CREATE TABLE wide (id int PRIMARY KEY, tidemark_row text)",
                "INSERT INTO wide SELECT i, repeat('x', 500000) FROM generate_series(1, 20) i",
                "CREATE TABLE empty (id int PRIMARY KEY)");
        assertThat(widest("public.narrow", "public.empty")).isBetween(1L, 200L);
        assertThat(widest("public.narrow", "public.wide")).isBetween(500_000L, 510_000L);
    }

    @Test
    void partitions_areMeasured_andFewWideRowsCountByTheirAverage() {
        database.execute(
                "CREATE TABLE parted (id int, s text) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000000)",
                "ALTER TABLE parted_1 ALTER COLUMN s SET STORAGE EXTERNAL",
                "INSERT INTO parted SELECT i, 's' FROM generate_series(1, 20000) i",
                "INSERT INTO parted SELECT i, repeat('x', 1000000) FROM generate_series(20001, 20040) i",
                "ANALYZE parted");
        assertThat(widest("public.parted")).isGreaterThan(1_500L);
    }

    @Test
    void tableThatCannotBeRead_isTakenForAWideOne() {
        assertThat(widest("public.absent")).isBetween(10_000L, 1_000_000L);
    }
}
