package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that a document names by a pattern become ordinary documents, one each. */
class TablePatternsTest {

    private static final String[] ORDERS = {"public.orders_1", "public.orders_22", "public.orders_old", "x.orders_3"};

    private final Path directory;

    TablePatternsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Loading loading(String... tables) {
        return new Loading(directory).withTables(tables);
    }

    private static String orders(String... more) {
        return Loading.MINIMAL.replace("public.products", "/public\\.orders_(\\d+)/" + String.join("", List.of(more)));
    }

    @Test
    void everyMatch_isADocument_inItsOwnCollection() {
        Config config = loading(ORDERS).config(orders("\n    fields: {total: ~}\n    create: false"));
        assertThat(config.documents()).extracting(Config.Document::collection).containsExactly("orders_1", "orders_22");
        assertThat(config.documents())
                .allMatch(document -> !document.create() && document.idPrefix().isEmpty());
        assertThat(config.source().settings().tables())
                .containsExactly(
                        new SourceSettings.Table(new TableId("public", "orders_1"), List.of()),
                        new SourceSettings.Table(new TableId("public", "orders_22"), List.of()));
    }

    @Test
    void groups_standInCollectionAndPrefix() {
        Config config = loading(ORDERS)
                .config(Loading.MINIMAL.replace(
                        "public.products", "/(\\w+)\\.orders_(\\d+)/\n    collection: all_$1\n    idPrefix: '$2:'"));
        assertThat(config.documents())
                .extracting(Config.Document::recordName)
                .containsExactly("all_public 1:", "all_public 22:", "all_x 3:");
    }

    @Test
    void plainTablesBesides_keepTheirPlace() {
        Config config = loading(ORDERS).config(orders() + "  - table: public.products\n");
        assertThat(config.documents())
                .extracting(document -> document.table().id().table())
                .containsExactly("orders_1", "orders_22", "products");
    }

    @Test
    void noMatch_isRefused_withTheNearestTables() {
        assertThat(loading("a.b", "public.items", "public.orders_x").problems(orders()))
                .containsExactly(
                        "tidemark.yml:7: documents[0].table: matches no table, found '/public\\.orders_(\\d+)/';"
                                + " it must match the full name; there are public.orders_x, public.items, a.b");
        assertThat(loading().problems(orders()).get(0)).endsWith("; the user sees no table at all");
    }

    @Test
    void tablesOfOneCollection_needPrefixes_checkedAfterTheExpansion() {
        assertThat(loading(ORDERS).problems(orders("\n    collection: orders")))
                .containsExactly(
                        "tidemark.yml:7: documents[0]: with public.orders_22 it goes into the same collection as"
                                + " documents[0] (public.orders_1); give 'collection' another name, or give both an 'idPrefix',"
                                + " such as '$1:'");
        assertThat(loading("public.orders_1", "public.orders_12", "public.orders_13")
                        .problems(orders("\n    collection: orders\n    idPrefix: $1")))
                .as("one complaint, however many tables there are")
                .containsExactly("tidemark.yml:7: documents[0]: its idPrefix '12' (public.orders_12) and '1' of"
                        + " documents[0] (public.orders_1) begin alike, in the same collection; give them prefixes of which"
                        + " none begins with the other, such as '$1:'");
    }

    @Test
    void tableOfTwoEntries_inOneCollection_isRefused() {
        String twice = orders("\n    collection: orders\n    idPrefix: 'a$1:'")
                + "  - { table: public.orders_1, collection: orders, idPrefix: 'b:' }\n";
        assertThat(loading(ORDERS).problems(twice))
                .containsExactly("tidemark.yml:10: documents[1]: puts public.orders_1 into the same collection as"
                        + " documents[0] (public.orders_1) does; make one of the patterns narrower, or give 'collection'"
                        + " another name");
    }

    @Test
    void mistakes_areFound_beforeTheDatabaseIsAsked() {
        Loading loading = loading();
        assertThat(loading.problems(orders("\n    idPrefix: '$2:'")))
                .containsExactly("tidemark.yml:8: documents[0].idPrefix: must hold only letters, digits, '_', '-', '.'"
                        + " and ':', at most 64, found '$2:'; $1 to $1 are known");
        assertThat(loading.problemWhere("public.products", "/public\\.(/"))
                .startsWith("tidemark.yml:7: documents[0].table: 'public\\.(' is not a regular expression of RE2");
        assertThat(loading.problems(orders("\n    view: public.v")))
                .hasSize(1)
                .allMatch(p -> p.contains("name one table"));
        assertThat(loading.problems(orders("\n    deleteWhere: {table: /a.b/, filter: 'x:=:y'}")))
                .containsExactly("tidemark.yml:8: documents[0].deleteWhere.table: must be one table, found '/a.b/';"
                        + " only 'table' of a document takes a pattern");
    }

    @Test
    void namesThatNoCollectionCanHave_areTold() {
        assertThat(loading("public.orders_1", "public.order s_2")
                        .problems(Loading.MINIMAL.replace("public.products", "/public\\.order.*/")))
                .containsExactly(
                        "tidemark.yml:7: documents[0]: the table's name cannot be a collection's (public.order s_2);"
                                + " give 'collection'; it must hold only letters, digits, '_', '-' and '.', at most 64");
        assertThat(loading("public.orders_1\"")
                        .problems(Loading.MINIMAL.replace("public.products", "/.*/"))
                        .get(0))
                .contains("a name with quotes");
    }
}
