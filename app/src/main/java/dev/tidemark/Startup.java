package dev.tidemark;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.flush.Backoff;
import dev.tidemark.flush.Targets;
import dev.tidemark.metrics.Health;
import dev.tidemark.offset.FedCollections;
import dev.tidemark.offset.OffsetFile;
import dev.tidemark.offset.TableStates;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a configuration to targets that are ready to be written to: waits for what can heal by itself, refuses what
 * cannot, and decides whether a snapshot is due.
 */
final class Startup {

    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    /** What passes by itself is waited for so long. */
    private static final long PASSING_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Config config;
    private final Connector connector;
    private final Sink sink;
    private final OffsetFile offsets;
    private final TableStates states;
    private final FedCollections fed;
    private final Health health;

    Startup(
            Config config,
            Connector connector,
            Sink sink,
            OffsetFile offsets,
            TableStates states,
            FedCollections fed,
            Health health) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.offsets = offsets;
        this.states = states;
        this.fed = fed;
        this.health = health;
    }

    /**
     * Returns the targets, in the configuration's order, their collections created where they were missing. Offsets are
     * cleared where a snapshot is due.
     *
     * @throws RefusedException where somebody has to act first
     */
    Targets targets() throws RefusedException, IOException, InterruptedException {
        awaitPreflight();
        Backoff backoff = new Backoff();
        while (true) {
            try {
                Described described = Described.of(config, connector);
                refuseIfAny(described.refused());
                refuseIfAny(DocumentChecks.problems(config, described));
                List<Check> ids = IdChecks.of(config, described, connector);
                refuseIfAny(with(ids, Check.Outcome.REFUSED));
                ids.forEach(check -> log.warn("{}", RefusedException.line(check)));
                List<Check> unnamed = UnnamedTables.warnings(config, connector);
                sink.settle();
                Targets targets = resolve(described);
                unnamed.forEach(check -> log.warn("{}", RefusedException.line(check)));
                return targets;
            } catch (SourceException e) {
                if (!e.heals()) {
                    throw new RefusedException(
                            List.of(Check.refused("source", String.valueOf(e.getMessage()), e.hint())));
                }
                await(Health.Part.SOURCE, String.valueOf(e.getMessage()), e.hint(), backoff);
            } catch (SinkException e) {
                if (e.kind() == SinkException.Kind.FATAL) {
                    throw new RefusedException(
                            List.of(Check.refused("typesense", String.valueOf(e.getMessage()), e.hint())));
                }
                await(Health.Part.SINK, String.valueOf(e.getMessage()), e.hint(), backoff);
            }
        }
    }

    private void awaitPreflight() throws RefusedException, IOException, InterruptedException {
        Backoff backoff = new Backoff();
        long began = System.nanoTime();
        while (true) {
            List<Check> findings = new ArrayList<>(connector.preflight(resumed(config, offsets), false));
            findings.addAll(sink.preflight());
            List<Check> refused = with(findings, Check.Outcome.REFUSED);
            List<Check> unreachable = with(findings, Check.Outcome.UNREACHABLE);
            boolean onlyPassing = !refused.isEmpty() && refused.stream().allMatch(Check::passing);
            if (!refused.isEmpty() && !(onlyPassing && System.nanoTime() - began < PASSING_NANOS)) {
                rememberGap();
                throw new RefusedException(refused);
            }
            if (refused.isEmpty() && unreachable.isEmpty()) {
                with(findings, Check.Outcome.WARNING).forEach(check -> log.warn("{}", RefusedException.line(check)));
                health.well(Health.Part.SINK);
                return;
            }
            Check first = refused.isEmpty() ? unreachable.get(0) : refused.get(0);
            Health.Part part = first.subject().startsWith("typesense") ? Health.Part.SINK : Health.Part.SOURCE;
            await(part, first.words(), first.hint(), backoff);
        }
    }

    /** The refusal may name what closes a gap: the next start would not see it any more, nor that changes were missed (invariant 6). */
    private void rememberGap() throws IOException {
        try {
            if (resumed(config, offsets) != null && connector.gap().isPresent()) {
                states.spoil();
            }
        } catch (SourceException e) {
            log.debug("whether there is a gap cannot be seen now: {}", e.getMessage());
        }
    }

    /** The offset that a start will resume from, or null where it will begin with a snapshot. */
    static @Nullable Map<String, Object> resumed(Config config, OffsetFile offsets) {
        return config.source().settings().snapshot() == SnapshotMode.ALWAYS
                ? null
                : offsets.offset().orElse(null);
    }

    private void await(Health.Part part, String message, String hint, Backoff backoff) throws InterruptedException {
        health.ail(part, new Health.Condition(message, hint), "(waiting)");
        TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
    }

    private static List<Check> with(List<Check> findings, Check.Outcome outcome) {
        return findings.stream().filter(check -> check.outcome() == outcome).toList();
    }

    private static void refuseIfAny(List<Check> refused) throws RefusedException {
        if (!refused.isEmpty()) {
            throw new RefusedException(refused);
        }
    }

    private Targets resolve(Described described)
            throws SinkException, InterruptedException, IOException, RefusedException {
        boolean snapshot = offsets.offset().isEmpty();
        if (!snapshot && config.source().settings().snapshot() == SnapshotMode.ALWAYS) {
            log.info("snapshot: always. The stored offsets are put aside");
            snapshot = true;
        }
        TargetResolver resolver = new TargetResolver(config, described, sink, states, fed);
        resolver.find(new ReshapingAtStart(described, sink, states));
        refuseIfAny(resolver.unfit());
        List<String> reasons = snapshot ? List.of() : snapshotReasons(resolver);
        if (!reasons.isEmpty() && config.source().settings().snapshot() == SnapshotMode.NEVER) {
            throw new RefusedException(reasons.stream()
                    .map(
                            reason -> Check.refused(
                                    "snapshot",
                                    reason,
                                    "with snapshot: never it would stay incomplete; set snapshot: initial, or run 'offsets clear'"))
                    .toList());
        }
        if (snapshot || !reasons.isEmpty()) {
            reasons.forEach(reason -> log.warn("all tables are snapshotted again: {}", reason));
            // Before a collection is created: were it the other way round, a crash between would leave an empty
            // collection with offsets.
            offsets.clear();
            states.clear();
            resolver.forgetEmpty();
        }
        return resolver.made();
    }

    private List<String> snapshotReasons(TargetResolver resolver) {
        List<String> reasons = new ArrayList<>();
        // The engine would put them back without a word, and what happened to them meanwhile would stay unknown.
        connector.gap().map(Check::message).ifPresent(reasons::add);
        reasons.addAll(resolver.snapshotReasons(connector));
        return reasons;
    }
}
