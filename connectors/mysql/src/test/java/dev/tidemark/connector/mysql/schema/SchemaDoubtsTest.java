package dev.tidemark.connector.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in doubt survives restarts until it was handed on, on whichever server. */
@NullUnmarked
class SchemaDoubtsTest {

    private static final TableId TABLE = new TableId("shop", "products");
    private static final long END = 5_000;

    @TempDir
    Path state;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** A new process, which resumes there. */
    private SchemaDoubts resumed(long stored, String server) {
        SchemaDoubts doubts = new SchemaDoubts(state, Clock.fixed(now, ZoneOffset.UTC));
        doubts.resume(stored, server, () -> END);
        return doubts;
    }

    @Test
    void reasonsAreKnownByTheirText_afterARestart_too() {
        Map<String, DoubtReason> kinds = Map.of(
                "a session with binlog_format = STATEMENT wrote", DoubtReason.STATEMENT_FORMAT,
                "an XA transaction was committed", DoubtReason.XA,
                "rows of partitions were moved", DoubtReason.PARTITION,
                "its columns are known again", DoubtReason.DDL);
        kinds.forEach((text, kind) -> {
            resumed(0, "a").clear();
            resumed(0, "a").reload(TABLE, 100, text);
            assertThat(resumed(0, "a").takeDue(100))
                    .extracting(SchemaDoubts.Doubt::kind)
                    .containsExactly(kind);
        });
    }

    /** Handed on when the log is quiet, long after the statement: a crash before the reload is flushed must not lose it. */
    @Test
    void writeWithoutRows_isHandedOnAgain_ifTheStreamHadPassedIt() {
        long[] millis = {0};
        SchemaDoubts doubts = resumed(0, "a");
        UnreadWrites unread = unread(doubts, () -> millis[0]);
        unread.written(TABLE, "a session with binlog_format = STATEMENT wrote");
        millis[0] = UnreadWrites.QUIET_MILLIS;
        unread.handOn();
        assertThat(doubts.takeDue(201)).hasSize(1);
        assertThat(resumed(200, "a").takeDue(202)).as("not flushed yet").hasSize(1);
        assertThat(resumed(300, "a").takeDue(301)).isEmpty();
    }

    /** Its columns are unknown: only what compares them may end that. */
    @Test
    void writeWithoutRows_leavesATableLeftOut() {
        long[] millis = {0};
        SchemaDoubts doubts = resumed(0, "a");
        UnreadWrites unread = unread(doubts, () -> millis[0]);
        unread.written(TABLE, "an XA transaction was committed");
        doubts.skip(TABLE, 100, "odd");
        unread.written(TABLE, "an XA transaction was committed");
        millis[0] = UnreadWrites.QUIET_MILLIS;
        unread.handOn();
        assertThat(doubts.isSkipped(TABLE)).isTrue();
    }

    @Test
    void writesWithoutRows_areNotLimitedInADay_unlikeUnknownColumns() {
        for (int i = 0; i < 10; i++) {
            now = now.plusSeconds(60);
            resumed(i * 100L, "a").reload(TABLE, i * 100L + 50, SchemaDoubts.STATEMENTS + " = STATEMENT wrote");
            SchemaDoubts doubts = resumed(i * 100L, "a");
            assertThat(doubts.takeDue(i * 100L + 50)).hasSize(1);
            assertThat(doubts.problems()).isEmpty();
        }
    }

    private static UnreadWrites unread(SchemaDoubts doubts, LongSupplier millis) {
        Database unused = new Database(SourceSettings.of("unused")
                .at("localhost", 1)
                .as("nobody", new Secret("none"))
                .build());
        return new UnreadWrites(unused, List.of(TABLE), doubts, millis);
    }

    @Test
    void aReload_isHandedOn_untilTheStoredPositionIsBehindIt() {
        SchemaDoubts doubts = resumed(0, "a");
        doubts.reload(TABLE, 100, "odd");
        assertThat(doubts.takeDue(99)).isEmpty();
        assertThat(doubts.takeDue(100)).hasSize(1);
        assertThat(doubts.takeDue(101)).isEmpty();
        assertThat(resumed(100, "a").takeDue(100)).hasSize(1);
        assertThat(resumed(101, "a").takeDue(101)).isEmpty();
    }

    @Test
    void aReload_thatWasNeverHandedOn_isNotForgotten() {
        resumed(0, "a").reload(TABLE, 100, "odd");
        SchemaDoubts late = resumed(900, "a");
        assertThat(late.takeDue(950)).hasSize(1);
        assertThat(resumed(940, "a").takeDue(950)).as("handed on, and lost").hasSize(1);
        assertThat(resumed(1_000, "a").takeDue(1_000)).isEmpty();
    }

    /** The position behind the rows is known later; a process that ends before that knows only that the table is in doubt. */
    @Test
    void aReload_whoseRowsStillCome_waits_andOutlivesItsProcess() {
        SchemaDoubts doubts = resumed(0, "a");
        doubts.reload(TABLE, SchemaDoubts.LATER, "odd");
        assertThat(doubts.takeDue(100)).isEmpty();
        doubts.reload(TABLE, 120, "odd");
        assertThat(doubts.takeDue(120)).hasSize(1);

        doubts.reload(TABLE, SchemaDoubts.LATER, "odd again");
        SchemaDoubts next = resumed(130, "a");
        assertThat(next.takeDue(140)).hasSize(1);
        assertThat(resumed(150, "a").takeDue(150)).as("over").isEmpty();
    }

    @Test
    void aReload_thatWasOneTooMany_isHandedOnTheNextDay() {
        for (int i = 0; i <= SchemaDoubts.MAX_A_DAY; i++) {
            now = now.plusSeconds(1);
            SchemaDoubts doubts = resumed(i * 100L, "a");
            doubts.reload(TABLE, i * 100L + 50, "odd " + i);
            assertThat(doubts.takeDue(i * 100L + 60)).hasSize(i < SchemaDoubts.MAX_A_DAY ? 1 : 0);
        }
        assertThat(resumed(1_000, "a").problems()).extracting(Check::outcome).containsExactly(Check.Outcome.FAILED);
        now = now.plus(Duration.ofDays(2));
        assertThat(resumed(2_000, "a").takeDue(2_001)).hasSize(1);
    }

    @Test
    void onAnotherServer_positionsOfTheFirst_sayNothing() {
        SchemaDoubts first = resumed(0, "a");
        first.reload(TABLE, 1_000_000, "odd");
        TableId skipped = new TableId("shop", "others");
        first.skip(skipped, 2_000_000, "odder");
        SchemaDoubts second = resumed(1_000, "b");
        assertThat(second.takeDue(1_001)).extracting(SchemaDoubts.Doubt::table).containsExactly(TABLE);
        assertThat(second.isSkipped(skipped)).isTrue();
        assertThat(second.takeDue(END)).extracting(SchemaDoubts.Doubt::table).containsExactly(skipped);
        assertThat(resumed(1_000, "b").takeDue(1_001)).as("not durable yet").hasSize(1);
        assertThat(resumed(1_002, "b").takeDue(1_002)).isEmpty();
    }

    @Test
    void aTableThatIsLeftOut_isNoProblem_butANotice() {
        SchemaDoubts doubts = resumed(0, "a");
        doubts.skip(TABLE, 100, "odd");
        assertThat(doubts.problems()).extracting(Check::outcome).containsExactly(Check.Outcome.WARNING);
    }

    @Test
    void aDamagedFile_isNamed() throws Exception {
        resumed(0, "a").reload(TABLE, 100, "odd");
        Path file = state.resolve(SchemaDoubts.NAME);
        Files.writeString(file, "damaged\n");
        assertThatThrownBy(() -> resumed(0, "a"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("line 1 of " + file + " is damaged")
                .hasMessageNotContaining("schema history");
    }
}
