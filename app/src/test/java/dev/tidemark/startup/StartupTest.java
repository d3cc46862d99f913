package dev.tidemark.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.GoldenState;
import dev.tidemark.collection.Target;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.sink.SinkException;
import dev.tidemark.state.TableStates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision of a start: which tables are loaded, and whether the stored offset is kept. */
class StartupTest {

    private static final String LOADED = " is loaded: ";
    private static final String ALL = "all tables are loaded again: ";
    private static final String KINDS = "  # Every column, of each kind.\n  - table: public.kinds\n";

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

    /** Something that changes a shop. */
    @FunctionalInterface
    interface Step {
        void change(StartupShop shop) throws Exception;
    }

    /**
     * What changes between a load and the next start, and what that start decides.
     *
     * @param before what is set before the load
     * @param reasons how the reasons begin for which tables are loaded; none: the start only streams on
     * @param continued whether these are loads that did not end, which continue
     */
    private record Case(String name, Step before, Step change, List<String> reasons, boolean continued) {
        Case(String name, Step before, Step change, List<String> reasons) {
            this(name, before, change, reasons, false);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case streamsOn(String name, Step change) {
        return new Case(name, shop -> {}, change, List.of());
    }

    private static Case loads(String name, Step change, String... reasons) {
        return new Case(name, shop -> {}, change, List.of(reasons));
    }

    private static Case continues(String name, Step change, String... reasons) {
        return new Case(name, shop -> {}, change, List.of(reasons), true);
    }

    static Stream<Case> cases() {
        return Stream.of(
                streamsOn("same mapping", shop -> {}),
                streamsOn("where to read changes", shop -> shop.mapping("host: db,", "host: replica,")),
                loads(
                        "mapping of one table",
                        shop -> shop.mapping("title: name", "title: sku"),
                        "public.items is loaded: the mapping of collection goods has changed (changed: fields)"),
                loads(
                        "mapping of a table that shares its collection",
                        shop -> shop.mapping("\"us:\"", "\"usa:\""),
                        "public.shared_us is loaded: no complete load of public.shared_us into collection shared is on record"),
                loads(
                        "another collection",
                        shop -> shop.mapping("collection: goods", "collection: wares"),
                        "public.items is loaded: collection wares is missing"),
                new Case(
                        "table added",
                        shop -> shop.mapping(KINDS, ""),
                        shop -> shop.mapping("", ""),
                        List.of("public.kinds is loaded: collection kinds is missing")),
                new Case(
                        "table added, for which a start that was cut off created the collection",
                        shop -> shop.mapping(KINDS, ""),
                        shop -> {
                            shop.mapping("", "");
                            shop.sink.create("kinds", List.of(), true);
                        },
                        List.of(
                                "public.kinds is loaded: no complete load of public.kinds into collection kinds is on record")),
                new Case("table removed", shop -> {}, shop -> shop.mapping(KINDS, ""), List.of()),
                loads(
                        "columns of a dependency",
                        shop -> shop.mapping("ids: \":order_id\"", "ids: \":id\""),
                        "public.orders is loaded: the mapping of collection orders has changed (changed: joined)"),
                loads(
                        "table of a dependency",
                        shop -> shop.mapping("table: public.cart_lines", "table: public.cart_notes"),
                        "public.carts is loaded: the mapping of collection carts has changed (changed: joined)"),
                loads(
                        "definition of a view",
                        shop -> shop.database.view = " WHERE open",
                        "public.carts is loaded: the mapping of collection carts has changed (changed: joined)"),
                loads(
                        "collection missing",
                        shop -> shop.sink.drop("goods"),
                        "public.items is loaded: collection goods is missing"),
                loads(
                        "two collections missing",
                        shop -> {
                            shop.sink.drop("shops");
                            shop.sink.drop("goods");
                        },
                        "public.items is loaded: collection goods is missing",
                        "public.shops is loaded: collection shops is missing"),
                loads(
                        "collection replaced",
                        shop -> {
                            shop.start(); // records how many documents it holds
                            shop.sink.replace("goods");
                            shop.sink.fill("goods", 10);
                        },
                        "public.items is loaded: collection goods was deleted and created again while the service was stopped"),
                loads(
                        "collection empty",
                        shop -> shop.sink.fill("goods", 0),
                        "public.items is loaded: collection goods is empty although public.items has rows"),
                streamsOn("collection and table empty", shop -> {
                    shop.sink.fill("goods", 0);
                    shop.database.empty.add(new TableId("public", "items"));
                }),
                new Case("same alias", StartupTest::alias, shop -> {}, List.of()),
                new Case(
                        "alias of another collection",
                        StartupTest::alias,
                        shop -> {
                            shop.sink.create("goods_b", List.of(), true);
                            shop.sink.alias("goods", "goods_b");
                        },
                        List.of(
                                "public.items is loaded: alias goods led to collection goods_a, which keeps its documents; now it leads to goods_b",
                                "public.items is loaded: the mapping of collection goods has changed (changed: collection)")),
                loads(
                        "table replaced",
                        shop -> shop.database.replaced.put(new TableId("public", "items"), "99999"),
                        "public.items is loaded: table public.items is another one than was loaded"),
                loads(
                        "changes that the database does not send",
                        shop -> shop.database.gap = Check.failed("publication", "public.items is missing", "add it"),
                        ALL + "public.items is missing"),
                continues(
                        "load that did not end",
                        shop -> shop.states().loading(),
                        "public.kinds is loaded: collection kinds was not loaded",
                        "public.items is loaded: collection goods was not loaded",
                        "public.shared_eu is loaded: collection shared was not loaded",
                        "public.shared_us is loaded: collection shared was not loaded",
                        "public.shops is loaded: collection shops was not loaded",
                        "public.tenant_items is loaded: collections by `'tenant_' + row.tenant` were not loaded",
                        "public.orders is loaded: collection orders was not loaded",
                        "public.carts is loaded: collection carts was not loaded"),
                continues(
                        "load of one collection that did not end",
                        shop -> {
                            TableStates states = shop.states();
                            states.put(Map.of(
                                    "goods", states.of("goods").orElseThrow().notLoaded()));
                        },
                        "public.items is loaded: collection goods was not loaded"),
                loads(
                        "changes missed while running",
                        shop -> shop.states().invalidate(),
                        "public.kinds is loaded: no complete load of public.kinds",
                        "public.items is loaded: no complete load of public.items",
                        "public.shared_eu is loaded: no complete load of public.shared_eu",
                        "public.shared_us is loaded: no complete load of public.shared_us",
                        "public.shops is loaded: no complete load of public.shops",
                        "public.tenant_items is loaded: no complete load of public.tenant_items",
                        "public.orders is loaded: no complete load of public.orders",
                        "public.carts is loaded: no complete load of public.carts"),
                loads(
                        "expression that names collections",
                        shop -> shop.mapping("'tenant_' + row.tenant", "'of_' + row.tenant"),
                        "public.tenant_items is loaded: the mapping of collections by `'of_' + row.tenant` has changed (changed: collection)"),
                loads(
                        "collection by expression missing",
                        shop -> shop.sink.drop(GoldenState.TENANT),
                        "public.tenant_items is loaded: collection tenant_blue, which rows of public.tenant_items were put into, is missing"),
                loads(
                        "collections by expression empty",
                        shop -> shop.sink.fill(GoldenState.TENANT, 0),
                        "public.tenant_items is loaded: collections by `'tenant_' + row.tenant` are all empty or missing although"),
                streamsOn("collections by expression and table empty", shop -> {
                    shop.sink.fill(GoldenState.TENANT, 0);
                    shop.database.empty.add(new TableId("public", "tenant_items"));
                }));
    }

    private static void alias(StartupShop shop) {
        shop.sink.create("goods_a", List.of(), true);
        shop.sink.alias("goods", "goods_a");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void start_decidesWhatIsLoaded(Case each) throws Exception {
        each.before().change(shop);
        shop.load();
        Map<String, Object> stored = shop.offsets().offset().orElseThrow();
        each.change().change(shop);
        Startup.Prepared prepared = shop.prepare();
        List<String> reasons = shop.warnings("loaded");
        assertThat(reasons).hasSameSizeAs(each.reasons());
        for (String reason : each.reasons()) {
            assertThat(reasons).anyMatch(found -> found.startsWith(reason));
        }
        boolean all = each.reasons().stream().anyMatch(reason -> reason.startsWith(ALL));
        Set<String> loaded = all
                ? Set.of()
                : each.reasons().stream()
                        .map(reason -> reason.substring(0, reason.indexOf(LOADED)))
                        .collect(Collectors.toSet());
        assertThat(texts(prepared.continued())).isEqualTo(each.continued() ? loaded : Set.of());
        assertThat(texts(prepared.fromStart())).isEqualTo(each.continued() ? Set.of() : loaded);
        assertThat(shop.offsets().offset()).isEqualTo(all ? Optional.empty() : Optional.of(stored));
        Map<String, String> completions = shop.states().completions();
        prepared.targets()
                .named()
                .forEach(target -> assertThat(completions
                                .getOrDefault(target.config().recordName(), "")
                                .isEmpty())
                        .as("%s is not loaded", target.table())
                        .isEqualTo(all || loaded.contains(target.table().toString())));
    }

    private static Set<String> texts(Set<TableId> tables) {
        return tables.stream().map(TableId::toString).collect(Collectors.toSet());
    }

    @Test
    void firstStart_loads_andCreatesTheCollections() throws Exception {
        List<Target> targets = shop.start().named();
        assertThat(targets)
                .extracting(Target::collection)
                .containsExactly("kinds", "goods", "shared", "shared", "shops", "orders", "carts");
        assertThat(shop.offsets().offset()).isEmpty();
        assertThat(shop.states().completions()).isEmpty();
        assertThat(shop.warnings("loaded")).as("nothing is loaded again").isEmpty();
        for (Target target : targets) {
            assertThat(shop.sink.find(target.collection())).isPresent();
        }
    }

    @Test
    void start_createsTheCollectionThatIsMissing_beforeTheLoad() throws Exception {
        shop.load();
        shop.sink.drop("goods");
        shop.start();
        assertThat(shop.sink.find("goods").orElseThrow().documents()).isZero();
    }

    @Test
    void startAfterADecisionToLoad_continuesTheLoad_thoughNothingElseChanged() throws Exception {
        shop.load();
        Map<String, Object> stored = shop.offsets().offset().orElseThrow();
        shop.sink.drop("goods");
        assertThat(texts(shop.prepare().fromStart())).containsExactly("public.items");
        shop.sink.fill(100);
        Startup.Prepared again = shop.prepare();
        assertThat(again.fromStart()).isEmpty();
        assertThat(texts(again.continued())).containsExactly("public.items");
        assertThat(shop.offsets().offset()).contains(stored);
        assertThat(shop.states().of("goods").orElseThrow().wasLoaded()).isFalse();
        assertThat(shop.states().of("shops").orElseThrow().wasLoaded()).isTrue();
    }

    /** Invariant 7: an offset that is kept must not hide that the documents of a collection are those of another mapping. */
    @Test
    void changedMapping_isLoadedFromTheStart_thoughALoadOfItDidNotEnd() throws Exception {
        shop.load();
        shop.states().loading();
        shop.mapping("title: name", "title: sku");
        Startup.Prepared prepared = shop.prepare();
        assertThat(texts(prepared.fromStart())).containsExactly("public.items");
        assertThat(texts(prepared.continued())).hasSize(7).doesNotContain("public.items");
    }

    @Test
    void alwaysMode_loads_thoughNothingChanged() throws Exception {
        shop.load();
        shop.snapshot("always");
        shop.start();
        assertThat(shop.offsets().offset()).isEmpty();
        assertThat(shop.states().completions().values()).allMatch(String::isEmpty);
    }

    @Test
    void neverMode_withoutOffset_createsTheCollections_andRecordsThatNothingWasLoaded() throws Exception {
        shop.snapshot("never");
        shop.start();
        assertThat(shop.sink.find("goods")).isPresent();
        assertThat(shop.offsets().offset()).isEmpty();
        assertThat(shop.states().completions()).hasSize(8);
        assertThat(shop.states().completions().values()).allMatch(String::isEmpty);
        assertThat(shop.warnings("with snapshot: never")).isEmpty();
    }

    @Test
    void neverMode_withOffset_streamsOn_andReportsWhatAnotherModeWouldLoadFor() throws Exception {
        shop.load();
        Map<String, Object> stored = shop.offsets().offset().orElseThrow();
        shop.snapshot("never");
        shop.sink.drop("goods");
        shop.database.view = " WHERE open";
        shop.start();
        assertThat(shop.offsets().offset()).contains(stored);
        assertThat(shop.warnings("with snapshot: never"))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("collection goods is missing"),
                        line -> assertThat(line).startsWith("the mapping of collection carts has changed"));
        assertThat(shop.sink.find("goods")).isPresent();
        assertThat(shop.states().of("carts").orElseThrow().wasLoaded()).isFalse();
        assertThat(shop.states().of("shops").orElseThrow().wasLoaded()).isTrue();
    }

    /** What streamed into collections without a load is loaded once the mode is changed. */
    @Test
    void initialMode_afterNeverMode_loads() throws Exception {
        shop.snapshot("never");
        shop.start();
        shop.offsets().begin(shop.config().name(), Map.of("lsn", 1L));
        shop.sink.fill(100);
        shop.mapping("", "");
        Startup.Prepared prepared = shop.prepare();
        assertThat(shop.warnings(LOADED))
                .hasSize(8)
                .anyMatch(line -> line.startsWith("public.items is loaded: collection goods was not loaded"));
        assertThat(prepared.continued()).as("nothing was begun").hasSize(8);
        assertThat(shop.offsets().offset()).contains(Map.of("lsn", 1L));
    }

    @Test
    void unreachableServers_areWaitedFor_andHealthSaysWhy() throws Exception {
        shop.database.findings.add(List.of(Check.unreachable("postgres", "db:5432 refuses connections", "start it")));
        shop.database.failures.add(SourceException.retryable("the catalog cannot be read", "wait"));
        shop.sink.failures.add(
                new SinkException(SinkException.Kind.RETRYABLE, "connection", "search:8108 is away", "start it", null));
        shop.start();
        assertThat(shop.database.findings).isEmpty();
        assertThat(shop.database.failures).isEmpty();
        assertThat(shop.sink.failures).isEmpty();
        assertThat(shop.health.of(Health.Part.SOURCE).orElseThrow().message()).isEqualTo("the catalog cannot be read");
        assertThat(shop.health.of(Health.Part.SINK).orElseThrow().message()).isEqualTo("search:8108 is away");
    }

    @Test
    void refusalThatMayPass_isWaitedFor() throws Exception {
        shop.database.findings.add(List.of(Check.held("slot", "it is used by process 7", "stop that one")));
        shop.start();
        assertThat(shop.database.findings).isEmpty();
    }
}
