package dev.tidemark.flush.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowBudgetTest {

    private static Row row(int characters) {
        Column column = new Column("a", ColumnType.of(ColumnType.Kind.TEXT), true);
        return new Row(new RowSchema(new TableId("s", "t"), List.of(column)), new Object[] {"x".repeat(characters)});
    }

    @Test
    void rowsAreKept_untilTheBytesAreUsed() {
        RowBudget budget = new RowBudget(10_000);
        assertThat(budget.keeps(row(2_000))).isTrue();
        assertThat(budget.keeps(row(2_000))).isTrue();
        assertThat(budget.keeps(row(2_000))).isFalse();
        assertThat(budget.keeps(row(10))).isTrue(); // one that fits behind one that does not
        assertThat(budget.kept()).hasSize(3);
        assertThat(budget.nextKeys(1_000)).isEqualTo(3);
    }

    @Test
    void oneRowIsKept_howeverWideItIs() {
        RowBudget budget = new RowBudget(100);
        assertThat(budget.keeps(row(5_000))).isTrue();
        assertThat(budget.keeps(row(1))).isFalse();
        assertThat(budget.nextKeys(1_000)).isEqualTo(1);
    }

    @Test
    void moreKeysAreAskedFor_ifTheirRowsTookLittle() {
        RowBudget narrow = new RowBudget(10_000);
        narrow.keeps(row(10));
        assertThat(narrow.nextKeys(100)).isEqualTo(200);
        RowBudget half = new RowBudget(10_000);
        half.keeps(row(2_500));
        assertThat(half.nextKeys(100)).isEqualTo(100);
    }
}
