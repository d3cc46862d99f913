package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import dev.tidemark.connector.postgres.read.PolicyCatalog.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads of rows under row-level security. Every session has {@code row_security = off}: the server fails a statement whose rows a policy
 * could hide, and does not leave them out. It fails those of a policy {@code USING (true)}, too; a table with such policies alone is read with
 * {@code on}, and each read is proven by its policies before and after it, which must be the same. Any thread. (Decision 0030)
 * Upholds invariant 6.
 */
public final class RowSecurity {

    /** Interval at which joined documents are checked, if nothing was hidden from them. */
    private static final Duration JOINED = Duration.ofSeconds(30);

    private final SourceSettings settings;
    private final PostgresDialect dialect;
    /** Captured tables that are read with their policies on; null: not known yet. */
    private volatile @Nullable Set<TableId> open;
    /** The same for joined documents, with all that their statements read. */
    private final Map<Join, JoinReads> openJoins = new ConcurrentHashMap<>();

    private volatile long joinedAt = System.nanoTime() - JOINED.toNanos();
    private volatile List<Check> lastJoined = List.of();
    private final Set<Join> joins = ConcurrentHashMap.newKeySet();

    public RowSecurity(SourceSettings settings, PostgresDialect dialect) {
        this.settings = settings;
        this.dialect = dialect;
    }

    /** Returns the policies of captured tables that hide rows from us. */
    private List<Policies> hiding(Connection connection) throws SQLException {
        return captured(connection).stream().filter(Policies::hide).toList();
    }

    /** Returns the policies of all captured tables; remembers which of these are read with their policies on. */
    public List<Policies> captured(Connection connection) throws SQLException {
        List<Policies> found =
                new PolicyCatalog(connection).of(settings.tables().stream().map(Table::id));
        open = openOf(found);
        return found;
    }

    /** Returns everything that policies hide now of what is read, as one finding. */
    public Optional<Check> hidden(Connection connection) throws SQLException {
        List<Policies> hiding = hiding(connection);
        if (!hiding.isEmpty()) {
            return Optional.of(HiddenRows.check(hiding));
        }
        List<Check> joined = lastJoined;
        if (joined.isEmpty() && System.nanoTime() - joinedAt < JOINED.toNanos()) {
            return Optional.empty(); // a check costs a plan of each of their statements
        }
        try {
            joined = hidingJoined(connection);
            lastJoined = joined;
        } finally {
            joinedAt = System.nanoTime(); // one that failed, such as for a lock, is not repeated at once either
        }
        return joined.stream().findFirst();
    }

    /** Returns the policies that hide rows from the joined documents seen so far. */
    public List<Check> hidingJoined(Connection connection) throws SQLException {
        List<Check> found = new ArrayList<>();
        for (Join join : joins) {
            found.addAll(hiding(connection, join));
        }
        return found;
    }

    /** Returns the policies that hide rows from joined documents; remembers whether they are read with policies on. */
    public List<Check> hiding(Connection connection, Join join) throws SQLException {
        joins.add(join);
        List<String> statements = dialect.compile(connection, join).read(join);
        SQLException rejected = rejection(connection, statements);
        if (rejected == null) {
            openJoins.remove(join);
            return List.of();
        }
        JoinReads reads = JoinReads.of(connection, statements);
        List<Policies> found = new PolicyCatalog(connection).of(reads.readings());
        List<Policies> hiding = found.stream().filter(Policies::hide).toList();
        if (hiding.isEmpty() && reads.functions().isEmpty()) {
            openJoins.put(join, reads);
            return List.of();
        }
        openJoins.remove(join);
        return hiding.isEmpty()
                ? List.of(HiddenRows.unfollowed(found, reads.functions()))
                : hiding.stream().map(HiddenRows::check).toList();
    }

    /**
     * Returns the server's error for the first of the statements that it does not run since policies could hide rows;
     * {@code null} if it would run all. Nothing is run.
     */
    private static @Nullable SQLException rejection(Connection connection, List<String> statements)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute("EXPLAIN " + sql);
            }
            return null;
        } catch (SQLException e) {
            if (PostgresErrors.isHidden(e)) {
                return e;
            }
            if (String.valueOf(e.getSQLState()).startsWith("42")) {
                return null; // a wrong statement: describing it reports that, with its place in the configuration
            }
            throw e;
        }
    }

    /**
     * The policies in force when a read began that more than one attempt may be needed for: what an attempt handed over that failed
     * is proven by the next one. One thread.
     */
    static final class Proof {

        private @Nullable List<Policies> begun;

        /** Takes the policies before an attempt; none if the server would fail it if policies hid rows. */
        private void begin(List<Policies> before, Object what) {
            List<Policies> known = begun;
            if (known != null && !known.equals(before)) {
                throw changed(what.toString(), null);
            }
            begun = before.isEmpty() ? null : before;
        }

        /** Records that all that was handed over is proven. */
        private void end() {
            begun = null;
        }
    }

    /** Runs reads of a table's rows. */
    public <X extends Exception> void read(Connection connection, TableId table, ReadPool.Work<X> work)
            throws SQLException, X {
        read(connection, table, new Proof(), work);
    }

    /** Runs an attempt of a read of a table's rows. */
    <X extends Exception> void read(Connection connection, TableId table, Proof proof, ReadPool.Work<X> work)
            throws SQLException, X {
        try {
            if (open(connection).contains(table)) {
                long oid = new PostgresCatalog(connection).existing(table);
                underPolicies(connection, List.of(new Reading(oid, PolicyCatalog.OURS)), proof, work);
            } else {
                proof.begin(List.of(), table);
                work.with(connection);
            }
        } catch (SQLException e) {
            if (!PostgresErrors.isHidden(e)) {
                throw e;
            }
            List<Policies> hiding = hiding(connection);
            throw hiding.isEmpty() ? changed(table.toString(), e) : HiddenRows.failure(hiding, e);
        }
    }

    /** Runs an attempt of a read of joined documents. */
    <X extends Exception> void read(Connection connection, Join join, Proof proof, ReadPool.Work<X> work)
            throws SQLException, X {
        JoinReads reads = openJoins.get(join);
        try {
            if (reads == null) {
                proof.begin(List.of(), "what joined documents are read from");
                work.with(connection);
            } else {
                underPolicies(connection, reads.readings(), proof, open -> {
                    work.with(open);
                    if (!reads.isCurrent(open)) {
                        openJoins.remove(join);
                        throw changed("a view of joined documents", null);
                    }
                });
            }
        } catch (SQLException e) {
            if (!PostgresErrors.isHidden(e)) {
                throw e;
            }
            List<Check> found = hiding(connection, join);
            throw found.isEmpty()
                    ? changed("what documents of " + join.root() + " are read from", e)
                    : SourceException.retryable(
                            found.get(0).message(), found.get(0).hint(), e);
        }
    }

    private Set<TableId> open(Connection connection) throws SQLException {
        Set<TableId> known = open;
        return known == null ? openOf(captured(connection)) : known;
    }

    private static Set<TableId> openOf(List<Policies> found) {
        return found.stream()
                .filter(Policies::letAllThrough)
                .map(Policies::table)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads under policies. If the policies before and after the reads are the same, they were in force during the reads, too: a
     * version of them never recurs.
     */
    private static <X extends Exception> void underPolicies(
            Connection connection, List<Reading> readings, Proof proof, ReadPool.Work<X> work) throws SQLException, X {
        PolicyCatalog catalog = new PolicyCatalog(connection);
        set(connection, "on");
        try {
            List<Policies> before = catalog.of(readings);
            List<Policies> hiding = before.stream().filter(Policies::hide).toList();
            if (!hiding.isEmpty()) {
                throw HiddenRows.failure(hiding, null);
            }
            proof.begin(before, before.get(0).table());
            work.with(connection);
            if (!catalog.of(readings).equals(before)) {
                throw changed(before.get(0).table().toString(), null);
            }
            proof.end();
        } catch (Throwable failure) {
            try {
                set(connection, "off");
            } catch (SQLException lost) { // the connection, with the failure
                failure.addSuppressed(lost);
            }
            throw failure;
        }
        set(connection, "off");
    }

    /** Prepares a session that describes statements and reads no row: policies may hide rows from it. */
    public static void ignore(Connection connection) throws SQLException {
        set(connection, "on");
    }

    private static void set(Connection connection, String rowSecurity) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET row_security = " + rowSecurity);
        }
    }

    private static SourceException changed(String what, @Nullable Throwable cause) {
        return SourceException.retryable(
                "row-level security of " + what + " was changed while it was read: rows may have been hidden",
                "nothing has to be done: it is reloaded",
                cause);
    }
}
