package dev.tidemark.connector.base.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchPaceTest {

    private static final RowSchema SCHEMA =
            new RowSchema(new TableId("public", "pages"), List.of(new Column("body", ColumnType.of(Kind.BYTES), true)));

    private static final ResultSet RESULT = ignoring(ResultSet.class);
    private static final Statement STATEMENT = ignoring(Statement.class);

    private static <T> T ignoring(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, of) -> null));
    }

    /** Returns the sizes of the fetches of a read, without the one that begins behind the last row. */
    private static List<Integer> sizes(FetchPace pace, int rows, int bytes) throws SQLException {
        Row row = new Row(SCHEMA, new Object[] {new byte[bytes]});
        List<Integer> sizes = new ArrayList<>();
        pace.begin(STATEMENT);
        int next = 0;
        for (int i = 0; i < rows; i++) {
            if (i == next) {
                sizes.add(pace.size());
                next += pace.size();
            }
            pace.read(RESULT, row);
        }
        return sizes;
    }

    @Test
    void narrowRows_areFetchedInGrowingNumbers_upToTheLimit() throws Exception {
        assertThat(sizes(FetchPace.ofKeys(), 1200, 100)).containsExactly(8, 64, 512, 512, 512);
    }

    @Test
    void wideRows_areFetchedSoThatFewMegabytesAreInMemory() throws Exception {
        assertThat(sizes(FetchPace.ofKeys(), 48, 200_000)).containsExactly(8, 20, 20);
        assertThat(sizes(FetchPace.ofKeys(), 12, 2 << 20)).containsExactly(8, 1, 1, 1, 1);
    }

    @Test
    void rowsOfAFetchThatDidNotFit_areFetchedFewAtATime_andThoseBehindItAsBefore() throws Exception {
        FetchPace failed = FetchPace.ofKeys();
        sizes(failed, 8, 100);
        assertThat(failed.size()).isEqualTo(64);
        FetchPace repeated = failed.afterFailure();
        assertThat(sizes(repeated, 200, 100)).containsExactly(8, 8, 8, 8, 8, 8, 8, 8, 64, 512);
        FetchPace few = failed.afterFailure();
        sizes(few, 8, 100);
        assertThat(sizes(few.afterFailure(), 100, 100)).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 8, 8, 8, 8, 8, 8, 64);
    }

    @Test
    void singleRowThatDoesNotFit_cannotBeFetchedWithFewer() throws Exception {
        FetchPace pace = FetchPace.ofKeys();
        pace.begin(STATEMENT);
        FetchPace few = pace.afterFailure();
        assertThat(few.size()).isZero();
        few.begin(STATEMENT);
        assertThat(few.size()).isEqualTo(1);
        assertThat(few.canBeLowered()).isFalse();
    }
}
