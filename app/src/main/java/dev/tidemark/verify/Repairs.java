package dev.tidemark.verify;

import dev.tidemark.collection.Target;
import dev.tidemark.flush.replay.Repair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Repairs what was found: the flush thread re-reads each row and writes it as it is then. Documents without a row are collected, and
 * deleted at the end, so that the guard knows all of them before the first one is deleted (invariant 9). One thread.
 */
final class Repairs {

    /** Documents of one target to delete (invariant 3); others are left for the next run. */
    private static final int MAX_DELETES = 100_000;

    private final Surroundings around;
    private final Findings findings;
    private final Map<Target, List<String>> without = new LinkedHashMap<>();

    /**
     * A document that is not what its row is.
     *
     * @param key the texts of its row's key; empty if it has none
     */
    record Wrong(Place place, String id, String[] key, Kind kind) {}

    Repairs(Surroundings around, Findings findings) {
        this.around = around;
        this.findings = findings;
    }

    /** Repairs documents that were not written since they were found; waits for that. */
    void rewrite(Collection<Wrong> all) throws InterruptedException {
        Map<Wrong, CompletableFuture<Repair.Outcome>> outcomes = new LinkedHashMap<>();
        for (Wrong each : all) {
            Target target = each.place().target();
            if (target == null) {
                continue; // its collection is created when its row changes, or by a load
            }
            String collection = each.place().collection();
            CompletableFuture<Repair.Outcome> outcome = new CompletableFuture<>();
            outcomes.put(each, outcome);
            around.repair(new Repair.Rewrite(
                    target, each.id(), key(each), () -> around.isTouched(collection, each.id()), outcome::complete));
        }
        for (Map.Entry<Wrong, CompletableFuture<Repair.Outcome>> each : outcomes.entrySet()) {
            Wrong wrong = each.getKey();
            Repair.Outcome outcome = await(each.getValue());
            if (outcome == Repair.Outcome.DONE) {
                findings.repaired(wrong.place().collection(), wrong.id());
            } else if (outcome == Repair.Outcome.NO_ROW && wrong.kind() != Kind.MISSING) {
                List<String> ids = without.computeIfAbsent(
                        Objects.requireNonNull(wrong.place().target()), target -> new ArrayList<>());
                if (ids.size() < MAX_DELETES) {
                    ids.add(wrong.id());
                }
            }
        }
    }

    private static String[] key(Wrong wrong) {
        if (wrong.key().length > 0) {
            return wrong.key();
        }
        String[] texts = wrong.place().entry().key(wrong.id());
        return texts == null ? new String[0] : texts;
    }

    /** Deletes the documents without a row. */
    void finish() throws InterruptedException {
        for (Map.Entry<Target, List<String>> each : without.entrySet()) {
            CompletableFuture<Repair.Outcome> outcome = new CompletableFuture<>();
            around.repair(new Repair.Deletes(each.getKey(), List.copyOf(each.getValue()), outcome::complete));
            switch (await(outcome)) {
                case DONE ->
                    each.getValue()
                            .forEach(id -> findings.repaired(each.getKey().collection(), id));
                case HELD -> findings.held(each.getValue().size());
                default -> {} // they stay findings
            }
        }
    }

    private static Repair.Outcome await(CompletableFuture<Repair.Outcome> outcome) throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is only completed
        }
    }
}
