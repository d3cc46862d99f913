package dev.tidemark.verify;

import dev.tidemark.connector.RowReader;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks suspects again, off the flush thread, until it is certain what they are. Rows and documents are read; those that are the
 * same are done. A row may be ahead of its document, by changes that are not flushed yet. So the end of the log is noted, and the
 * document is re-read when everything before that is flushed: a document that is still another one, and that nothing has written
 * since before its row was read, is a finding. One that was written is checked again, a few times. One thread.
 */
final class Recheck {

    private static final int PAGE = 500;
    private static final int ROUNDS = 5;

    private final Sink sink;
    private final RowReader reader;
    private final Surroundings around;
    private final Findings findings;
    private final @Nullable Repairs repairs;

    /** @param repairs null: nothing is repaired */
    Recheck(Sink sink, RowReader reader, Surroundings around, Findings findings, @Nullable Repairs repairs) {
        this.sink = sink;
        this.reader = reader;
        this.around = around;
        this.findings = findings;
        this.repairs = repairs;
    }

    /** Checks suspects; all of them are in memory. */
    void run(Collection<Suspect> suspects) throws VerifyException, SinkException, InterruptedException {
        Set<Suspect> open = new LinkedHashSet<>(suspects);
        try {
            for (int round = 0; round < ROUNDS && !open.isEmpty(); round++) {
                around.watch(ids(open));
                Map<Suspect, Reading> differing = differing(open);
                open.retainAll(differing.keySet());
                if (!differing.isEmpty()) {
                    around.awaitDurable(reader.logEnd()); // noted after all these rows were read
                    decide(differing, open);
                }
            }
        } finally {
            around.endWatch();
        }
        open.forEach(
                each -> findings.add(new Finding(each.place().collection(), each.id(), Kind.BUSY, List.of(), false)));
    }

    private static Map<String, List<String>> ids(Set<Suspect> open) {
        Map<String, List<String>> ids = new HashMap<>();
        open.forEach(each -> ids.computeIfAbsent(each.place().collection(), name -> new ArrayList<>())
                .add(each.id()));
        return ids;
    }

    /** Reads rows and documents, and returns what was read of those that are not the same. */
    private Map<Suspect, Reading> differing(Set<Suspect> open) throws SinkException, InterruptedException {
        Map<Suspect, Reading> scanned = scan(open);
        Map<Suspect, Reading> differing = new LinkedHashMap<>();
        for (Map.Entry<Place, List<Suspect>> page : pages(open)) {
            Place place = page.getKey();
            Map<String, Reading> readings = new LinkedHashMap<>();
            for (Suspect each : page.getValue()) {
                readings.put(each.id(), scanned.getOrDefault(each, new Reading()));
            }
            if (place.entry().hasKeys()) {
                place.entry().read(place.collection(), List.copyOf(readings.keySet()), row -> {
                    Reading reading = row.collection().equals(place.collection()) ? readings.get(row.id()) : null;
                    if (reading != null) {
                        reading.row(row);
                    }
                });
            }
            documents(place, readings);
            for (Suspect each : page.getValue()) {
                Reading reading = Objects.requireNonNull(readings.get(each.id()));
                if (!reading.isSame()) {
                    differing.put(each, reading);
                }
            }
        }
        return differing;
    }

    /** Reads all rows of entries whose ids contain no key, for those of the suspects. */
    private static Map<Suspect, Reading> scan(Set<Suspect> open) throws InterruptedException {
        Map<Entry, Map<String, Suspect>> byEntry = new LinkedHashMap<>();
        for (Suspect each : open) {
            if (!each.place().entry().hasKeys()) {
                byEntry.computeIfAbsent(each.place().entry(), entry -> new HashMap<>())
                        .put(each.place().collection() + "\0" + each.id(), each);
            }
        }
        Map<Suspect, Reading> readings = new HashMap<>();
        for (Map.Entry<Entry, Map<String, Suspect>> each : byEntry.entrySet()) {
            each.getKey().scan(true, row -> {
                Suspect suspect = each.getValue().get(row.collection() + "\0" + row.id());
                if (suspect != null) {
                    readings.computeIfAbsent(suspect, of -> new Reading()).row(row);
                }
            });
        }
        return readings;
    }

    private void documents(Place place, Map<String, Reading> readings) throws SinkException, InterruptedException {
        if (place.target() == null) {
            return; // a collection that does not exist
        }
        readings.values().forEach(Reading::withoutDocument);
        sink.documents(place.collection(), List.copyOf(readings.keySet()), document -> {
            Reading reading = readings.get(document.id());
            if (reading != null) {
                reading.document(document.content());
            }
        });
    }

    /** Removes from {@code open} those of which it is certain now what they are. */
    private void decide(Map<Suspect, Reading> differing, Set<Suspect> open)
            throws VerifyException, SinkException, InterruptedException {
        for (Map.Entry<Place, List<Suspect>> page : pages(differing.keySet())) {
            Place place = page.getKey();
            Map<String, Reading> readings = new LinkedHashMap<>();
            page.getValue().forEach(each -> readings.put(each.id(), Objects.requireNonNull(differing.get(each))));
            Runnable pending = () ->
                    readings.forEach((id, reading) -> reading.deadLetter(around.hasDeadLetter(place.collection(), id)));
            pending.run(); // one that is replayed meanwhile was pending before, or is after
            documents(place, readings);
            pending.run();
            List<Finding> certain = new ArrayList<>();
            List<Repairs.Wrong> wrong = new ArrayList<>();
            for (Suspect each : page.getValue()) {
                Reading reading = Objects.requireNonNull(readings.get(each.id()));
                if (reading.isSame()) {
                    open.remove(each);
                } else if (!around.isTouched(place.collection(), each.id())) {
                    open.remove(each);
                    Finding finding = reading.finding(each);
                    certain.add(finding);
                    if (finding.kind().isDifference()) {
                        wrong.add(new Repairs.Wrong(place, each.id(), reading.key(), finding.kind()));
                    }
                }
            }
            Optional<VerifyException> obstacle = around.obstacle(place.entry().table());
            if (obstacle.isPresent()) {
                throw obstacle.get(); // what differs may be what a load has not written yet
            }
            certain.forEach(findings::add);
            if (repairs != null) {
                repairs.rewrite(wrong);
            }
        }
    }

    private static List<Map.Entry<Place, List<Suspect>>> pages(Collection<Suspect> suspects) {
        Map<Place, List<Suspect>> byPlace = new LinkedHashMap<>();
        suspects.forEach(each -> byPlace.computeIfAbsent(each.place(), place -> new ArrayList<>())
                .add(each));
        List<Map.Entry<Place, List<Suspect>>> pages = new ArrayList<>();
        byPlace.forEach((place, of) -> {
            for (int from = 0; from < of.size(); from += PAGE) {
                pages.add(Map.entry(place, of.subList(from, Math.min(of.size(), from + PAGE))));
            }
        });
        return pages;
    }
}
