package dev.tidemark.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.Manifest;
import dev.tidemark.connector.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A restore goes back to a position only if the next start would continue from it. */
class RestoreChecksTest {

    private static final String OF = "title: name";
    private static final String BY = "title: sku";

    private final Path directory;
    private final StartupShop shop;

    RestoreChecksTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.shop = new StartupShop(Files.createDirectory(directory.resolve("shop")));
    }

    @AfterEach
    void close() {
        shop.close();
    }

    /**
     * What changes after the backup.
     *
     * @param line how the finding begins that ends the restore
     */
    private record Case(String name, StartupTest.Step change, String line) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "mapping",
                        shop -> shop.mapping(OF, BY),
                        "collection goods: its mapping is not that of the backup (changed: fields); take the configuration"),
                new Case(
                        "collection that Typesense lost",
                        shop -> shop.sink.drop("carts"),
                        "collection carts: Typesense does not have it; first restore Typesense from its snapshot in /snap"),
                new Case(
                        "collection of an expression that Typesense lost",
                        shop -> shop.sink.drop("tenant_blue"),
                        "collection tenant_blue: Typesense does not have it; first restore"),
                new Case(
                        "collection that is empty",
                        shop -> shop.sink.fill("carts", 0),
                        "collection carts: it is empty although public.carts has rows: the next start would load its"));
    }

    private BackupDirectory backup() throws IOException {
        Path backup = directory.resolve("backup");
        Path state = shop.config().state();
        try (Stream<Path> files = Files.walk(state)) {
            for (Path each : files.toList()) {
                Path copy =
                        backup.resolve("state").resolve(state.relativize(each).toString());
                Files.createDirectories(copy.getParent());
                if (Files.isRegularFile(each)) {
                    Files.copy(each, copy);
                }
            }
        }
        return BackupDirectory.at(backup);
    }

    private List<String> findings(BackupDirectory backup) throws Exception {
        return checks(backup).stream()
                .filter(Findings::isBad)
                .map(StartupException::line)
                .toList();
    }

    private List<Check> checks(BackupDirectory backup) throws Exception {
        Manifest.Complete complete = new Manifest.Complete(
                "2026-01-02T10:10:45Z",
                "0/1978F88",
                "slot tidemark_golden",
                new Manifest.Snapshot("http://search:8108", "/snap", true),
                List.of(),
                List.of());
        return RestoreChecks.ofCollections(shop.config(), complete, backup, shop.database, shop.sink);
    }

    @Test
    void unchanged_isRestored_andTheStartStreamsOn() throws Exception {
        shop.load();
        assertThat(findings(backup())).isEmpty();
        Startup.Prepared prepared = shop.prepare();
        assertThat(prepared.fromStart()).isEmpty();
        assertThat(prepared.continued()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void changed_isReported_andTheStartWouldLoad(Case each) throws Exception {
        shop.load();
        BackupDirectory backup = backup();
        each.change().change(shop);
        assertThat(findings(backup)).singleElement().asString().startsWith(each.line());
        assertThat(shop.prepare().fromStart()).hasSize(1);
    }

    /** The backup of a pipeline that has not loaded to its end: it is restored, and the start loads. */
    @Test
    void notLoaded_isRestored_andTheStartLoads() throws Exception {
        shop.snapshot("never");
        shop.start();
        shop.offsets().begin(shop.config().name(), Map.of("lsn", 1));
        shop.sink.fill(100);
        BackupDirectory backup = backup();
        assertThat(findings(backup)).isEmpty();
        shop.mapping("", "");
        assertThat(findings(backup)).isEmpty();
        assertThat(checks(backup))
                .filteredOn(check -> check.outcome() == Check.Outcome.WARNING)
                .extracting(Check::message)
                .hasSize(8)
                .allMatch(message -> message.contains("was not loaded to its end when the backup was made"));
        assertThat(shop.prepare().continued()).hasSize(8);
    }

    /** Documents of the configuration that the backup does not contain. */
    @Test
    void unrecorded_isReported() throws Exception {
        shop.load();
        BackupDirectory backup = backup();
        Files.delete(backup.state().resolve("tables.json"));
        assertThat(findings(backup))
                .hasSameSizeAs(shop.config().documents())
                .allMatch(line -> line.contains(": the backup knows nothing of it; take the configuration"));
    }

    @Test
    void findings_areRefusals() {
        assertThat(Findings.isBad(Check.failed("a", "b", "c"))).isTrue();
        assertThat(Findings.isBad(Check.unreachable("a", "b", "c"))).isTrue();
        assertThat(Findings.isBad(Check.warning("a", "b", "c"))).isFalse();
        assertThat(Findings.isBad(Check.ok("a", "b"))).isFalse();
    }
}
