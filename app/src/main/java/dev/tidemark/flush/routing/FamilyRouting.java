package dev.tidemark.flush.routing;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.health.Health;
import dev.tidemark.load.Loads;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes a batch's changes to collections by expression, and creates those that are missing. A collection is recorded before it
 * is created, so that after a crash at any moment a sweep or a TRUNCATE finds it. Flush thread only.
 */
public final class FamilyRouting {

    private static final Logger log = LoggerFactory.getLogger(FamilyRouting.class);

    private final Targets targets;
    private final Sink sink;
    private final RetryLoop persistence;
    private final DeadLetters deadLetters;
    private final Config.OnReject onReject;
    private final FlushReport report;
    private final TraceBuffer traces;
    private final Loads snapshots;

    /** @param snapshots receives the request for a table whose collection was filled by others */
    public FamilyRouting(
            Targets targets,
            Sink sink,
            Loads snapshots,
            RetryLoop persistence,
            DeadLetters deadLetters,
            Config.OnReject onReject,
            FlushReport report,
            TraceBuffer traces) {
        this.targets = targets;
        this.sink = sink;
        this.persistence = persistence;
        this.deadLetters = deadLetters;
        this.onReject = onReject;
        this.report = report;
        this.traces = traces;
        this.snapshots = snapshots;
    }

    /** Writes of collections, and rows without a collection. */
    public record Routed(List<CollectionWrites> writes, List<UnroutedRows> strays) {
        public static final Routed NONE = new Routed(List.of(), List.of());
    }

    public Routed route(List<ChangeEvent> events) throws InterruptedException {
        Routed all = new Routed(new ArrayList<>(), new ArrayList<>());
        for (DynamicCollections family : targets.families()) {
            RoutedChanges changes = RoutedChanges.of(events, family, deadLetters, traces);
            if (!changes.isEmpty()) {
                open(family, changes);
                stopAt(changes.strays());
                all.writes.addAll(changes.writes(deadLetters, traces));
                all.strays.add(changes.strays());
            }
        }
        return all;
    }

    private void open(DynamicCollections family, RoutedChanges changes) throws InterruptedException {
        List<String> fitting = new ArrayList<>();
        for (String name : changes.unknown()) {
            String reason = rejectionReason(family, name, fitting.size());
            if (reason == null) {
                fitting.add(name);
            } else {
                changes.reject(name, reason);
            }
        }
        if (fitting.isEmpty()) {
            return;
        }
        adopt(family, fitting);
        String what = "the record of collections of " + family.table();
        persistence.persist(what, Health.Part.OFFSETS, () -> family.record().announce(fitting));
        for (String name : List.copyOf(fitting)) {
            String reason = open(family, name);
            if (reason != null) {
                fitting.remove(name);
                changes.reject(name, reason);
                persistence.persist(
                        what, Health.Part.OFFSETS, () -> family.record().forget(Set.of(name)));
            }
        }
        persistence.persist(what, Health.Part.OFFSETS, () -> family.record().made(fitting));
    }

    /**
     * Requests a load of the table, as at a start, if others filled a collection: its end sweeps the collection. This is
     * requested before the collection counts as ours.
     */
    private void adopt(DynamicCollections family, List<String> names) throws InterruptedException {
        for (String name : names) {
            Boolean adopted = persistence.ask("collection " + name, Health.Part.FLUSH, () -> family.adopts(name, sink));
            if (Boolean.TRUE.equals(adopted)) {
                log.atWarn()
                        .addKeyValue("collection", name)
                        .addKeyValue("table", family.table())
                        .log(
                                "collection {} holds documents of others and is taken over (adopt: true): {} is loaded again, and its"
                                        + " sweep finds those without a row",
                                name,
                                family.table());
                persistence.persist(
                        "the load of " + family.table(),
                        Health.Part.OFFSETS,
                        () -> snapshots.request(family.table(), -1));
            }
        }
    }

    private @Nullable String open(DynamicCollections family, String name) throws InterruptedException {
        @Nullable String[] reason = {null};
        persistence.persist("collection " + name, Health.Part.FLUSH, () -> reason[0] = family.open(name, sink));
        family.member(name).ifPresent(report::expect);
        return reason[0];
    }

    private @Nullable String rejectionReason(DynamicCollections family, String name, int others) {
        String owner = targets.owner(name, family);
        if (owner != null) {
            return "collection: '" + name + "' has " + owner + " already; an expression needs collections of its own";
        }
        return family.members().size() + others < DynamicCollections.MOST
                ? null
                : "collection: '" + name + "' would be one more than the " + DynamicCollections.MOST
                        + " collections that an expression may lead to; correct the expression if it yields too many";
    }

    private void stopAt(UnroutedRows strays) throws InterruptedException {
        List<DeadLetter> entries = strays.entries();
        if (onReject == Config.OnReject.STOP && !entries.isEmpty()) {
            DeadLetter first = entries.get(0);
            persistence.persist("rows without a collection", Health.Part.FLUSH, () -> {
                throw new SinkException(
                        SinkException.Kind.FATAL,
                        "rejected",
                        "row '" + first.id() + "' of table " + first.table() + " (" + entries.size()
                                + " in this flush): " + first.error(),
                        "flush.onReject is 'stop': change the row or the expression, or set onReject: dead-letter",
                        null);
            });
        }
    }

    /** Removes the target's collection after a sweep if it is empty; it is recorded again when a row comes. */
    public void forgetIfEmpty(Target target) throws InterruptedException {
        for (DynamicCollections family : targets.families()) {
            if (family.members().contains(target) && !deadLetters.hasPending(target.collection())) {
                persistence.persist("collection " + target.collection(), Health.Part.FLUSH, () -> {
                    if (sink.find(target.collection())
                            .filter(there -> there.documents() > 0)
                            .isEmpty()) {
                        family.record().forget(Set.of(target.collection()));
                        family.remove(target);
                        log.warn(
                                "collection {} holds no documents of {} any more; drop it if nothing else needs it",
                                target.collection(),
                                family.table());
                    }
                });
            }
        }
    }
}
