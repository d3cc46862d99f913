package dev.tidemark.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.History;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What keeps a start from going on: all findings are reported at once, and nothing was changed. */
class StartupRejectedTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private StartupShop shop;

    @BeforeEach
    void open() {
        shop = new StartupShop(directory);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    /** What is wrong at a start after a load, and how the lines of the refusal begin. */
    private record Case(String name, StartupTest.Step change, List<String> lines) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case refused(String name, StartupTest.Step change, String... lines) {
        return new Case(name, change, List.of(lines));
    }

    static Stream<Case> cases() {
        return Stream.of(
                refused(
                        "settings of both servers",
                        shop -> {
                            shop.database.findings.add(List.of(
                                    Check.ok("version", "17"),
                                    Check.failed("wal_level", "it is replica", "set it to logical"),
                                    Check.unreachable("replica", "it is away", ""),
                                    Check.failed("publication", "it is missing", "create it")));
                            shop.sink.findings =
                                    List.of(Check.failed("typesense", "the key may not write", "give it the right"));
                        },
                        "wal_level: it is replica; set it to logical",
                        "publication: it is missing; create it",
                        "typesense: the key may not write; give it the right"),
                refused(
                        "statements of a joined document",
                        shop -> shop.database.rejectedStatements = List.of("column o.x is missing", "syntax error"),
                        "documents[6].query (line 47): column o.x is missing",
                        "documents[6].dependsOn[0].ids (line 52): syntax error"),
                refused(
                        "alias that leads to a collection of others",
                        shop -> {
                            shop.sink.create("goods_b", List.of(), true);
                            shop.sink.fill("goods_b", 7);
                            shop.sink.drop("goods");
                            shop.sink.alias("goods", "goods_b");
                        },
                        "collection goods: it holds 7 documents (as goods_b), and the state directory does not record"),
                refused(
                        "another name of a collection that is written already",
                        shop -> {
                            shop.sink.drop("carts");
                            shop.sink.drop("orders");
                            shop.sink.create("orders", List.of(), true);
                            shop.sink.alias("carts", "orders");
                        },
                        "collection carts: it is the same as orders: both are orders"),
                refused(
                        "collection that an expression fills",
                        shop -> shop.mapping("public.carts\n", "public.carts\n    collection: tenant_blue\n"),
                        "collection tenant_blue: it holds documents of public.tenant_items"),
                refused(
                        "gap, and no load",
                        shop -> {
                            shop.snapshot("never");
                            shop.database.gap = Check.failed("publication", "public.items is missing", "add it");
                        },
                        "publication: public.items is missing; with snapshot: never no start reads the tables"),
                refused(
                        "database that was put back",
                        shop -> shop.database.finding = new History.Finding.Contradiction(
                                History.Reason.HISTORY, "the log ends before the stored offset"),
                        "history: the log ends before the stored offset (history-1"),
                refused(
                        "another database",
                        shop -> shop.database.finding =
                                new History.Finding.Contradiction(History.Reason.IDENTITY, "the system is 8"),
                        "history: the system is 8 (identity-1"),
                refused(
                        "table that cannot be described",
                        shop -> shop.database.failures.add(
                                SourceException.fatal("table public.items does not exist", "create it")),
                        "source: table public.items does not exist; create it"),
                refused(
                        "sink that cannot be used",
                        shop -> shop.sink.failures.add(new SinkException(
                                SinkException.Kind.FATAL, "forbidden", "the key is wrong", "correct it", null)),
                        "typesense: the key is wrong; correct it"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void start_reportsAllFindings_andChangesNothing(Case each) throws Exception {
        shop.load();
        Map<String, Object> stored = shop.offsets().offset().orElseThrow();
        Map<String, String> completions = shop.states().completions();
        each.change().change(shop);
        List<String> lines = rejection();
        assertThat(lines).hasSameSizeAs(each.lines());
        for (String line : each.lines()) {
            assertThat(lines).anyMatch(found -> found.startsWith(line));
        }
        assertThat(shop.offsets().offset()).contains(stored);
        assertThat(shop.states().completions()).isEqualTo(completions);
        assertThat(shop.sink.altered).isEmpty();
    }

    private List<String> rejection() {
        StartupException refused = catchThrowableOfType(StartupException.class, shop::start);
        assertThat(refused).isNotNull();
        List<String> lines =
                refused.findings().stream().map(StartupException::line).toList();
        assertThat(refused.getMessage()).isEqualTo(String.join("\n", lines));
        return lines;
    }

    @Test
    void firstStart_isRefused_forEachCollectionThatOthersFilled() throws Exception {
        shop.collectionsOfOthers();
        assertThat(rejection())
                .extracting(line -> line.replaceFirst(", and the state.*", ""))
                .containsExactly(
                        "collection kinds: it holds 100 documents",
                        "collection goods: it holds 100 documents",
                        "collection shared: it holds 100 documents",
                        "collection shared: it holds 100 documents",
                        "collection shops: it holds 100 documents",
                        "collection orders: it holds 100 documents",
                        "collection carts: it holds 100 documents");
        shop.sink.fill(0);
        shop.start();
    }

    @Test
    void firstStart_isRefused_forEachCollectionThatDoesNotFit() throws Exception {
        SinkField required = new SinkField("owner", "string", false, false, true, null);
        shop.sink.create("goods", List.of(required), true);
        shop.sink.create("orders", List.of(required), true);
        shop.mapping("  - table: public.kinds\n", "  - table: public.kinds\n    create: false\n");
        assertThat(rejection())
                .extracting(line -> line.replaceFirst(";.*", ""))
                .containsExactlyInAnyOrder(
                        "collection kinds: it does not exist",
                        "collection goods: field 'owner' is required in collection goods, and no column is mapped to it",
                        "collection orders: field 'owner' is required in collection orders, and no column is mapped to it");
        assertThat(shop.sink.find("shops")).as("nothing was created").isEmpty();
    }

    /** The hint may name what closes the gap: the next start must know of it still (invariant 6). */
    @Test
    void refusedStart_recordsAGap() throws Exception {
        shop.load();
        shop.database.findings.add(List.of(Check.failed("publication", "public.items is missing", "add it")));
        shop.database.gap = Check.failed("publication", "public.items is missing", "add it");
        rejection();
        assertThat(shop.states().completions()).isEmpty();
        shop.database.gap = null;
        Startup.Prepared prepared = shop.prepare();
        assertThat(prepared.fromStart()).as("all tables are loaded").hasSize(8);
    }

    /** The source fixes a new position: nothing that an operator would have to do first. */
    @Test
    void loss_isRecorded_andTheStartContinues() throws Exception {
        shop.load();
        shop.database.findings.add(List.of(Check.lost(Loss.GAP, "slot shop", "it is missing", "")));
        shop.prepare();
        assertThat(shop.resync().isDue()).isTrue();
        assertThat(shop.states().completions()).as("the documents are known").isNotEmpty();
    }

    @Test
    void lossBesidesAnotherFailure_isRecorded_thoughTheStartIsRefused() throws Exception {
        shop.load();
        shop.database.findings.add(List.of(
                Check.lost(Loss.GAP, "slot shop", "it is missing", ""),
                Check.failed("table items", "none", "grant it")));
        assertThat(rejection()).containsExactly("table items: none; grant it");
        assertThat(shop.resync().isDue()).isTrue();
    }

    @Test
    void loss_isRefused_ifNothingIsLoaded() throws Exception {
        shop.load();
        shop.snapshot("never");
        shop.database.findings.add(List.of(Check.lost(Loss.GAP, "slot shop", "it is missing", "see above")));
        assertThat(rejection()).containsExactly("slot shop: it is missing; see above");
    }

    @Test
    void refusedStart_recordsAGapThatIsALoss() throws Exception {
        shop.load();
        shop.database.findings.add(List.of(Check.failed("publication", "public.items is missing", "add it")));
        shop.database.gap = Check.lost(Loss.GAP, "publication", "public.items is missing", "add it");
        rejection();
        shop.database.gap = null;
        shop.prepare();
        assertThat(shop.resync().doubt().orElseThrow().message()).isEqualTo("public.items is missing");
    }

    @Test
    void firstStart_isRefused_whenTheServerKnowsThePipeline_unlessThereIsState() throws Exception {
        shop.database.otherState = Check.failed("slot tidemark_shop", "it exists", "use --new");
        assertThat(rejection()).containsExactly("slot tidemark_shop: it exists; use --new");
        shop.database.otherState = null;
        shop.load();
        shop.database.otherState = Check.failed("slot tidemark_shop", "it exists", "use --new");
        shop.start();
    }
}
