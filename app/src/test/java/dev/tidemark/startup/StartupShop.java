package dev.tidemark.startup;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidemark.GoldenConnector;
import dev.tidemark.GoldenShop;
import dev.tidemark.GoldenSink;
import dev.tidemark.GoldenState;
import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.History;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.resync.Resync;
import dev.tidemark.sink.SinkException;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The golden mapping between a fake database and a fake sink that tests change between two starts. */
final class StartupShop implements AutoCloseable {

    final Database database = new Database();
    final Collections sink = new Collections();
    final Health health = new Health();
    private final Path directory;
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tidemark.startup");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private String text = "";
    private String replacement = "";

    StartupShop(Path directory) {
        this.directory = directory;
        logged.start();
        logger.addAppender(logged);
    }

    /** Replaces a text of the mapping; the replacement before it is undone. */
    void mapping(String of, String by) {
        text = of;
        replacement = by;
    }

    /** Sets when the tables are read, {@code initial} if this is not called. */
    void snapshot(String mode) {
        mapping("password: pw-of-the-database", "password: pw-of-the-database, snapshot: " + mode);
    }

    Config config() throws IOException {
        return GoldenShop.config(directory, text, replacement);
    }

    /** Starts, loads all tables and stores an offset; each collection then holds 100 documents. */
    void load() throws Exception {
        Files.createDirectories(config().state());
        state().load();
        sink.create(GoldenState.TENANT, List.of(), true);
        sink.fill(100);
        logged.list.clear();
    }

    Targets start() throws Exception {
        return prepare().targets();
    }

    Startup.Prepared prepare() throws Exception {
        Files.createDirectories(config().state());
        return state().prepare();
    }

    /** Creates all collections with 100 documents each, and records nothing. */
    void collectionsOfOthers() throws Exception {
        Files.createDirectories(config().state());
        state().collections();
    }

    private GoldenState state() throws IOException {
        return new GoldenState(config(), database, sink, health);
    }

    OffsetFile offsets() throws IOException {
        return OffsetFile.open(config().state());
    }

    TableStates states() throws IOException {
        return TableStates.open(config().state());
    }

    Resync resync() throws IOException {
        return Resync.open(config().state(), Approvals.open(config().state()), 3, true, Clock.systemUTC());
    }

    /** Returns what was logged as a warning since the load and contains the text. */
    List<String> warnings(String containing) {
        return logged.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.contains(containing))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(logged);
    }

    /** The tables, and what a test says is wrong with them. */
    static final class Database extends GoldenConnector {
        /** What preflights find, one with each; nothing once it is empty. */
        final Queue<List<Check>> findings = new ArrayDeque<>();
        /** Called by each preflight of the database. */
        Runnable querying = () -> {};
        /** What descriptions of the tables fail with, one with each. */
        final Queue<RuntimeException> failures = new ArrayDeque<>();

        final Map<TableId, String> replaced = new HashMap<>();
        final Set<TableId> empty = new HashSet<>();
        String view = "";
        List<String> rejectedStatements = List.of();

        @Nullable
        Check gap;

        @Nullable
        Check otherState;

        History.@Nullable Finding finding;

        @Override
        public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
            querying.run();
            return Optional.ofNullable(findings.poll()).orElse(List.of());
        }

        @Override
        public Map<TableId, TableInfo> describe() {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return super.describe();
        }

        @Override
        public TableInfo describe(Join join) {
            if (join.statement() instanceof Join.Query && !rejectedStatements.isEmpty()) {
                Map<Integer, String> reasons = new HashMap<>();
                rejectedStatements.forEach(reason -> reasons.put(reasons.size() - 1, reason));
                throw new Join.InvalidJoinException(reasons);
            }
            return super.describe(join);
        }

        @Override
        public Optional<String> definition(TableId of) {
            return super.definition(of).map(definition -> definition + view);
        }

        @Override
        public boolean hasRows(TableId table) {
            return !empty.contains(table);
        }

        @Override
        public Map<TableId, String> tableIdentities() {
            Map<TableId, String> identities = super.tableIdentities();
            identities.putAll(replaced);
            return identities;
        }

        @Override
        public Optional<Check> detectGap(Predicate<TableId> joined) {
            return Optional.ofNullable(gap);
        }

        @Override
        public Optional<Check> ofAnotherState() {
            return Optional.ofNullable(otherState);
        }

        @Override
        public History history() {
            return (facts, resumed, last) -> finding == null ? super.history().compare(facts, resumed, last) : finding;
        }
    }

    /** The collections, and what a test says is wrong with them. */
    static final class Collections extends GoldenSink {
        List<Check> findings = List.of();
        /** Called by each preflight of the sink. */
        Runnable querying = () -> {};

        final Queue<SinkException> failures = new ArrayDeque<>();

        @Override
        public List<Check> preflight() {
            querying.run();
            return findings;
        }

        @Override
        public void settle() throws SinkException {
            SinkException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
        }
    }
}
