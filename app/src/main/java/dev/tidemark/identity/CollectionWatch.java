package dev.tidemark.identity;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.identity.Baseline.Verdict;
import dev.tidemark.load.Doubts;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.CollectionLooks;
import dev.tidemark.sink.Seen;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.WriteTally;
import dev.tidemark.sink.WriteTally.Counts;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether collections and aliases are still those that are written to. A contradiction is recorded before it is reported,
 * and stays until the tables have been reloaded (invariants 5 and 10). Each method takes a step; thread-safe.
 */
public final class CollectionWatch implements Loads.Observer {

    private static final Logger log = LoggerFactory.getLogger(CollectionWatch.class);

    private final Targets targets;
    private final CollectionLooks server;
    private final WriteTally tally;
    private final CollectionIdentities identities;
    private final Health health;
    private final @Nullable Doubts doubts;
    private final AliasWatch aliases;
    private final Map<String, Long> documents = new ConcurrentHashMap<>();
    private final Map<String, Baseline> baselines = new HashMap<>();
    private long answeredNanos;
    private final Map<String, String> missing = new HashMap<>();
    /** By table: the doubts that existed when its reload began. */
    private final Map<TableId, Map<String, Long>> begun = new HashMap<>();

    /**
     * @param identities with what {@link CollectionIdentities#begin} recorded
     * @param tally what was written to the collections since then
     * @param doubts takes the tables of a collection that was created again with its fields; null if nothing is loaded automatically: then
     *     it makes the pipeline unready
     */
    public CollectionWatch(
            Targets targets,
            CollectionLooks server,
            WriteTally tally,
            CollectionIdentities identities,
            Health health,
            @Nullable Doubts doubts) {
        this.doubts = doubts;
        this.targets = targets;
        this.server = server;
        this.tally = tally;
        this.identities = identities;
        this.health = health;
        this.aliases = new AliasWatch(server);
    }

    /** Checks all of them once; what cannot be seen now is left for the next time. */
    public synchronized void check() throws InterruptedException {
        Map<String, Fed> all = Fed.of(targets);
        identities.retain(all.keySet());
        baselines.keySet().retainAll(all.keySet());
        missing.keySet().retainAll(all.keySet());
        try {
            checkCollections(all);
            aliases.check(Fed.aliases(all));
        } catch (SinkException e) {
            log.debug("collections cannot be seen now: {}", e.getMessage());
        } catch (IOException e) {
            log.warn("that a collection is another one cannot be recorded, trying again: {}", e.getMessage());
        }
        report();
    }

    /** Returns how many documents the server counted at the last check, by collection; it changes with each check. Any thread. */
    public Map<String, Long> documents() {
        return Collections.unmodifiableMap(documents);
    }

    /** Makes durable what is known of the collections. */
    synchronized void save() throws IOException {
        identities.save();
    }

    private void checkCollections(Map<String, Fed> all) throws SinkException, InterruptedException, IOException {
        Map<String, Counts> applied = new HashMap<>();
        all.forEach((name, fed) -> {
            baselines.computeIfAbsent(name, unknown -> first(name, fed));
            applied.put(name, tally.finished(name));
        });
        long disturbances = tally.disturbances();
        long asked = System.nanoTime();
        Map<String, Seen> seen = server.look(all.keySet());
        answeredNanos = System.nanoTime() - asked;
        documents.keySet().retainAll(seen.keySet());
        seen.forEach((name, found) -> documents.put(name, found.documents()));
        for (Map.Entry<String, Fed> each : all.entrySet()) {
            String name = each.getKey();
            Seen found = seen.get(name);
            try {
                if (found == null) {
                    missing(name, each.getValue());
                } else if (judge(name, found) == Verdict.ANOTHER) {
                    prove(name, each.getValue());
                } else {
                    accept(name, found, applied.getOrDefault(name, tally.finished(name)), disturbances);
                }
            } catch (SinkException e) { // the others do not wait for it
                log.debug("whether collection {} is another one cannot be proven now: {}", name, e.getMessage());
            }
        }
    }

    /** Creates the baseline of a collection that was resolved or created since the last check. */
    private Baseline first(String name, Fed fed) {
        CollectionIdentity identity = identities.of(name).orElseGet(() -> {
            CollectionIdentity first = CollectionIdentity.of(fed.info());
            identities.seen(name, first);
            return first;
        });
        Counts none = new Counts(0, 0, 0, tally.started(name).creations()); // it was resolved after that
        return new Baseline(identity, none, 0, Instant.now().getEpochSecond());
    }

    private Verdict judge(String name, Seen found) {
        Baseline baseline = baseline(name);
        return baseline.judge(found, tally.started(name), tally.disturbances() != baseline.disturbances());
    }

    private Baseline baseline(String name) {
        return Objects.requireNonNull(baselines.get(name));
    }

    private void accept(String name, Seen found, Counts applied, long disturbances) throws IOException {
        Baseline before = baseline(name);
        Baseline next = before.next(found, applied, disturbances, Instant.now().getEpochSecond());
        baselines.put(name, next);
        missing.remove(name);
        identities.seen(name, next.identity());
        if (!before.identity().knows(found.createdAt())) {
            log.info(
                    "collection {} says that it was created at {}: its {} documents are those that it had, so the server was"
                            + " restarted, or another node answers",
                    name,
                    Instant.ofEpochSecond(found.createdAt()),
                    found.documents());
            save();
        }
    }

    /**
     * Judges a collection by what the server shows after its earlier writes: what was seen before may be from a server that is
     * loading.
     */
    private void prove(String name, Fed fed) throws SinkException, InterruptedException, IOException {
        Counts applied = tally.finished(name);
        long disturbances = tally.disturbances();
        Optional<CollectionInfo> proven = server.prove(name);
        if (proven.isEmpty()) {
            return; // the next check finds it missing
        }
        CollectionInfo there = proven.get();
        Seen found = new Seen(there.createdAt(), there.documents());
        if (judge(name, found) == Verdict.ANOTHER) {
            raise(name, fed, there);
            identities
                    .of(name)
                    .ifPresent(now -> baselines.put(
                            name,
                            new Baseline(
                                    now, applied, disturbances, Instant.now().getEpochSecond())));
        } else {
            accept(name, found, applied, disturbances);
        }
    }

    private void raise(String name, Fed fed, CollectionInfo there) throws IOException {
        long number = identities.doubt(name).map(CollectionDoubt::number).orElse(0L) + 1;
        CollectionIdentity found = CollectionIdentity.of(there);
        CollectionDoubt doubt = new CollectionDoubt(
                name,
                number,
                Instant.now().toString(),
                baseline(name).identity().words(),
                found.words(),
                fed.tables(),
                fed.hasFieldsOf(there));
        log.error("{}", doubt.message());
        if (isLoaded(doubt)) {
            for (String table : doubt.tables()) {
                Objects.requireNonNull(doubts).raise(TableId.parse(table), DoubtReason.COLLECTION, doubt.message());
            }
        }
        identities.raise(doubt, found); // Invariant 10: before anything else can forget it.
        missing.remove(name);
    }

    /** Returns whether the doubt ends without an operator: its tables are loaded into the collection as it is. */
    private boolean isLoaded(CollectionDoubt doubt) {
        return doubts != null && doubt.sameSchema();
    }

    private void missing(String name, Fed fed) throws SinkException, InterruptedException {
        boolean needed = !fed.byExpression() || !baseline(name).mayBeEmpty(tally.started(name));
        if (missing.containsKey(name) || !needed || server.prove(name).isPresent()) {
            return; // an empty one may be dropped until a row belongs there again
        }
        String instead = server.resolve(name)
                .filter(target -> !target.equals(name))
                .map(target -> "; its name is an alias of " + target + " now")
                .orElse("");
        missing.put(
                name,
                "collection " + name + " was deleted by another client: stored: "
                        + baseline(name).identity().words() + "; found: nothing" + instead);
    }

    private void report() {
        List<Health.Condition> wrong = new ArrayList<>();
        identities.doubts().stream()
                .filter(doubt -> !isLoaded(doubt))
                .forEach(doubt -> wrong.add(new Health.Condition(doubt.message(), doubt.hint())));
        missing.forEach((name, message) -> wrong.add(new Health.Condition(
                message, "Restart the service, which then creates the collection and loads its tables")));
        wrong.addAll(aliases.conditions());
        if (wrong.isEmpty()) {
            health.markHealthy(Health.Part.COLLECTION);
            return;
        }
        Health.Condition first = wrong.get(0);
        String more = wrong.size() == 1 ? "" : " (and " + (wrong.size() - 1) + " more of this kind)";
        health.markUnhealthy(Health.Part.COLLECTION, new Health.Condition(first.message() + more, first.hint()), "");
    }

    /** Checks first, so that a collection which was created again before its rows are read is in doubt before that, too. */
    @Override
    public synchronized void begun(TableId table) throws InterruptedException {
        check();
        Map<String, Long> known = new HashMap<>();
        identities.doubts().stream()
                .filter(doubt -> doubt.tables().contains(table.toString()))
                .forEach(doubt -> known.put(doubt.collection(), doubt.number()));
        begun.put(table, known);
    }

    @Override
    public synchronized void done(Load load) throws IOException {
        TableId table = load.table();
        Map<String, Long> known = begun.getOrDefault(table, Map.of());
        for (Map.Entry<String, Long> each : Map.copyOf(known).entrySet()) {
            if (identities.reloaded(each.getKey(), each.getValue(), table.toString())) {
                log.atInfo()
                        .addKeyValue("collection", each.getKey())
                        .log("collection {} holds the rows of its tables again", each.getKey());
            }
        }
        begun.remove(table);
        report();
    }

    /** Returns how long the server took to answer the last check, in nanoseconds. */
    synchronized long answeredNanos() {
        return answeredNanos;
    }
}
