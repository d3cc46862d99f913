package dev.tidemark.connector.mysql.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class XaTransactionsTest {

    private static final TableId TABLE = new TableId("shop", "products");
    private static final RowSchema SCHEMA =
            new RowSchema(TABLE, List.of(new Column("id", ColumnType.of(ColumnType.Kind.INT32), false)));

    private final XaTransactions transactions = new XaTransactions(1_000);
    private final List<ChangeEvent> passed = new ArrayList<>();

    private static ChangeEvent event(Change change, int bytes, long at) {
        return new ChangeEvent(change, at, at, Map.of("pos", at), bytes, null, at);
    }

    private void change(long at) {
        Row row = new Row(SCHEMA, new @Nullable Object[] {1});
        transactions.pass(event(new Change.Upsert(null, row, Change.Upsert.Cause.INSERT), 400, at), passed::add);
    }

    private @Nullable Object offsetAt(long at) {
        passed.clear();
        transactions.pass(event(new Change.Heartbeat(), 0, at), passed::add);
        Map<String, ?> offset = passed.get(0).resumeOffset();
        return offset == null ? null : offset.get("pos");
    }

    private void open(String id, long at) {
        transactions.begin(id, Map.of("pos", at), at);
        change(at);
        assertThat(offsetAt(at)).as("inside of it").isNull();
        assertThat(transactions.prepared()).isEqualTo(id);
    }

    @Test
    void changes_areHeldUntilTheEnd() {
        open("a", 10);
        change(20);
        assertThat(passed).as("of others").hasSize(2);
        assertThat(Objects.requireNonNull(transactions.end("a")).changes()).hasSize(1);
        assertThat(transactions.end("a")).isNull();
    }

    /** A restart between two that overlap must neither miss a prepared one nor meet the end of one that it does not know. */
    @Test
    void offset_staysBeforeTheOldest_untilNoneIsOpen() {
        open("a", 10);
        open("b", 20);
        transactions.end("a");
        assertThat(offsetAt(30)).isEqualTo(10L);
        transactions.end("b");
        assertThat(offsetAt(40)).isEqualTo(40L);
    }

    @Test
    void transactionThatStaysPrepared_doesNotHoldTheOffset() {
        open("a", 10);
        open("b", 10 + XaTransactions.HOLD_MILLIS / 2);
        assertThat(offsetAt(10 + XaTransactions.HOLD_MILLIS)).isEqualTo(10 + XaTransactions.HOLD_MILLIS / 2);
        long late = 10 + 2 * XaTransactions.HOLD_MILLIS;
        assertThat(offsetAt(late)).isEqualTo(late);
        assertThat(Objects.requireNonNull(transactions.end("a")).changes()).hasSize(1);
    }

    /** Invariant 3. */
    @Test
    void largeTransaction_isKnownByItsTables() {
        transactions.begin("a", Map.of(), 1);
        change(1);
        change(2);
        change(3);
        change(4);
        transactions.prepared();
        XaTransactions.Xa large = Objects.requireNonNull(transactions.end("a"));
        assertThat(large.changes()).isEmpty();
        assertThat(large.unheld()).containsExactly(TABLE);
        open("b", 5);
        assertThat(Objects.requireNonNull(transactions.end("b")).changes())
                .as("the bytes are free")
                .hasSize(1);
    }
}
