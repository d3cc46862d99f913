package dev.tidemark.connector.mysql.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableMovesTest {

    private static final TableId PRODUCTS = TableId.parse("shop.products");

    private final TableMoves moves = new TableMoves(Set.of(PRODUCTS), true);

    private static RenameClause rename(String from, String to) {
        return new RenameClause(TableId.parse(from), TableId.parse(to));
    }

    @Test
    void droppedTable_isGone_andToldOnce() {
        moves.dropped(PRODUCTS);
        moves.dropped(TableId.parse("shop.other"));
        assertThat(moves.takeGone()).containsExactly(PRODUCTS);
        assertThat(moves.takeGone()).isEmpty();
        moves.databaseDropped("other");
        assertThat(moves.takeGone()).isEmpty();
        moves.databaseDropped("shop");
        assertThat(moves.takeGone()).containsExactly(PRODUCTS);
    }

    @Test
    void tableThatIsRenamedAway_isGone() {
        moves.renamed(rename("shop.products", "shop.archive"));
        assertThat(moves.takeGone()).containsExactly(PRODUCTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop._products_gho", "shop.__products_gho"})
    void copyOfATool_holdsTheSameRows(String copy) {
        moves.renamed(rename("shop.products", "shop._products_old"));
        assertThat(moves.renamed(rename(copy, "shop.products"))).isEmpty();
        assertThat(moves.takeGone()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop._products_new", "shop.__products_new"})
    void tableWithANameThatAToolMayGive_isReloaded(String copy) {
        assertThat(moves.renamed(rename("shop.products", "shop._products_old"))).isEmpty();
        assertThat(moves.renamed(rename(copy, "shop.products")))
                .hasValueSatisfying(reason -> assertThat(reason).contains(copy));
        assertThat(moves.takeGone()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.products_gho", "other._products_gho", "shop.restored", "shop._wares_gho"})
    void anyOtherTable_bringsRowsThatOnlyASnapshotKnows(String other) {
        moves.renamed(rename("shop.products", "shop._products_old"));
        assertThatThrownBy(() -> moves.renamed(rename(other, "shop.products")))
                .isInstanceOfSatisfying(SourceException.class, e -> {
                    assertThat(e.loss()).isEqualTo(Loss.DDL);
                    assertThat(e).hasMessageContaining(other).hasMessageContaining("shop.products");
                });
    }

    @Test
    void copyOfATool_thatComesInAnotherStatement_isReadToo() {
        moves.renamed(rename("shop.products", "shop._products_del"));
        assertThat(moves.takeGone()).containsExactly(PRODUCTS);
        assertThatThrownBy(() -> moves.renamed(rename("shop._products_gho", "shop.products")))
                .isInstanceOf(SourceException.class);
    }
}
