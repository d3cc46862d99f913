package dev.tidemark.flush.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.collection.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents whose row was not found when it was read. The row's own delete or truncate follows in the log, or a write of it;
 * if none came although all of the log up to then is durable, the document is a suspect. Kept on disk before the offset of the
 * batch is stored: otherwise a crash would leave a document that nothing corrects. Flush thread only.
 * Upholds invariant 9.
 */
public final class Suspects {

    private static final Logger log = LoggerFactory.getLogger(Suspects.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DAY = TimeUnit.HOURS.toMillis(24);
    /** Limit of the documents that are kept of a collection (invariant 3). */
    static final int MOST = 100_000;

    /** The documents of one entry in one collection. */
    private record Place(String entry, String collection) {
        static Place of(Target target) {
            return new Place(target.config().recordName(), target.collection());
        }
    }

    /**
     * One document.
     *
     * @param key the texts of its row's key
     * @param logEnd the end of the log when the row had been read
     * @param confirmed whether it was not found again after the log had come so far
     */
    private record Suspect(
            String entry, String collection, String id, List<String> key, long logEnd, boolean confirmed) {
        Suspect asConfirmed() {
            return new Suspect(entry, collection, id, key, logEnd, true);
        }

        Suspect asWaiting() {
            return new Suspect(entry, collection, id, key, logEnd, false);
        }
    }

    /** Documents that were deleted because their row was not found. */
    private record Deleted(String entry, String collection, long millis, long count) {}

    /** Format of the file. */
    private record Stored(List<Suspect> suspects, List<Deleted> deleted) {}

    private final DeleteGuard.Store store;
    private final Map<Place, Map<String, Suspect>> waiting = new LinkedHashMap<>();
    private final Map<Place, Map<String, Suspect>> confirmed = new LinkedHashMap<>();
    private final List<Deleted> deleted = new ArrayList<>();
    private boolean dirty;

    private Suspects(DeleteGuard.Store store) {
        this.store = store;
    }

    static Suspects open(DeleteGuard.Store store) throws IOException {
        Suspects suspects = new Suspects(store);
        Optional<String> content = store.read();
        if (content.isPresent()) {
            try {
                Stored stored = JSON.readValue(content.get(), Stored.class);
                stored.suspects().forEach(suspects::put);
                suspects.deleted.addAll(stored.deleted());
            } catch (JsonProcessingException e) {
                throw new IOException(
                        "the record of rows that were not found is not what was written: " + e.getOriginalMessage(), e);
            }
        }
        return suspects;
    }

    private void put(Suspect suspect) {
        (suspect.confirmed() ? confirmed : waiting)
                .computeIfAbsent(new Place(suspect.entry(), suspect.collection()), place -> new LinkedHashMap<>())
                .put(suspect.id(), suspect);
    }

    private static void prune(Map<Place, Map<String, Suspect>> all) {
        all.values().removeIf(Map::isEmpty);
    }

    private static Map<String, Suspect> of(Map<Place, Map<String, Suspect>> all, Target target) {
        return all.isEmpty() ? Map.of() : all.getOrDefault(Place.of(target), Map.of());
    }

    /** Takes documents whose row was not found; the newest reading counts. */
    public void add(Target target, Map<String, String[]> keys, long logEnd) {
        Map<String, Suspect> of = waiting.computeIfAbsent(Place.of(target), place -> new LinkedHashMap<>());
        keys.forEach((id, key) -> {
            of.remove(id); // to the end: they stay in the order of the log
            if (of.size() < MOST) {
                of.put(
                        id,
                        new Suspect(
                                target.config().recordName(), target.collection(), id, List.of(key), logEnd, false));
            } else {
                log.atWarn()
                        .addKeyValue("collection", target.collection())
                        .addKeyValue("table", target.table())
                        .addKeyValue("id", id)
                        .log(
                                "more than {} rows of {} were not found: document '{}' of collection {} is not followed up."
                                        + " Run 'tidemark load --table {}' once its rows can be read",
                                MOST,
                                target.table(),
                                id,
                                target.collection(),
                                target.table());
            }
        });
        dirty = true;
    }

    /** Removes documents that are correct: they were written, or deleted because of the log. */
    public void resolved(Target target, Collection<String> ids) {
        Map<String, Suspect> ofWaiting = of(waiting, target);
        Map<String, Suspect> ofConfirmed = of(confirmed, target);
        if (!ofWaiting.isEmpty() || !ofConfirmed.isEmpty()) {
            for (String id : ids) {
                dirty |= !ofWaiting.isEmpty() && ofWaiting.remove(id) != null;
                dirty |= !ofConfirmed.isEmpty() && ofConfirmed.remove(id) != null;
            }
            prune(waiting);
            prune(confirmed);
        }
    }

    /** Removes all documents of the entry in the collection: they are correct. */
    public void clear(Target target) {
        dirty |= waiting.remove(Place.of(target)) != null;
        dirty |= confirmed.remove(Place.of(target)) != null;
    }

    /** Resets confirmed documents that no list holds to waiting: the process ended before it was decided on them. */
    void reopen(BiPredicate<String, String> isHeld) {
        for (Place place : List.copyOf(confirmed.keySet())) {
            Map<String, Suspect> of = confirmed.get(place);
            if (of == null || isHeld.test(place.entry(), place.collection())) {
                continue;
            }
            Map<String, Suspect> newer = waiting.getOrDefault(place, Map.of());
            Map<String, Suspect> all = new LinkedHashMap<>(); // in the order of the log
            of.forEach((id, suspect) -> {
                if (!newer.containsKey(id)) {
                    all.put(id, suspect.asWaiting());
                }
            });
            all.putAll(newer);
            waiting.put(place, all);
            confirmed.remove(place);
            dirty = true;
        }
    }

    /** Removes the documents that were decided on. */
    void decided(String entry, String collection) {
        dirty |= confirmed.remove(new Place(entry, collection)) != null;
    }

    /** Returns whether there are any of the target. */
    public boolean hasAny(Target target) {
        return !of(waiting, target).isEmpty() || !of(confirmed, target).isEmpty();
    }

    /** Returns whether no reading is to be followed up. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Returns whether all of the log before a first reading of the target's is durable. */
    public boolean isDue(Target target, long durable) {
        Map<String, Suspect> of = of(waiting, target);
        return !of.isEmpty() && of.values().iterator().next().logEnd() <= durable;
    }

    /** Returns the keys of the oldest of them, by id, as far as the log before their reading is durable. */
    public Map<String, String[]> due(Target target, long durable, int most) {
        Map<String, String[]> due = new LinkedHashMap<>();
        for (Suspect each : of(waiting, target).values()) {
            if (each.logEnd() > durable || due.size() == most) {
                break;
            }
            due.put(each.id(), each.key().toArray(String[]::new));
        }
        return due;
    }

    /** Confirms documents that exist and whose row was not found again. */
    public void confirm(Target target, Collection<String> ids) {
        Map<String, Suspect> of = of(waiting, target);
        for (String id : ids) {
            Suspect suspect = of.isEmpty() ? null : of.remove(id);
            if (suspect != null) {
                put(suspect.asConfirmed());
                dirty = true;
            }
        }
        prune(waiting);
    }

    /** Returns the keys of those that were not found again, by id. */
    public Map<String, String[]> confirmed(Target target) {
        Map<String, String[]> keys = new LinkedHashMap<>();
        of(confirmed, target)
                .forEach((id, suspect) -> keys.put(id, suspect.key().toArray(String[]::new)));
        return keys;
    }

    /** Records the number of the target's documents that are about to be deleted. */
    public void deleted(Target target, long count) {
        deleted.add(new Deleted(target.config().recordName(), target.collection(), System.currentTimeMillis(), count));
        dirty = true;
    }

    /** Returns how many of the target's documents were deleted in the last 24 hours because their row was not found. */
    public long recent(Target target) {
        long from = System.currentTimeMillis() - DAY;
        deleted.removeIf(each -> each.millis() < from);
        return deleted.stream()
                .filter(each -> each.entry().equals(target.config().recordName())
                        && each.collection().equals(target.collection()))
                .mapToLong(Deleted::count)
                .sum();
    }

    /** Stores what has changed; durable when this returns. */
    public void save() throws IOException {
        if (!dirty) {
            return;
        }
        List<Suspect> all = new ArrayList<>();
        confirmed.values().forEach(of -> all.addAll(of.values()));
        waiting.values().forEach(of -> all.addAll(of.values()));
        store.write(JSON.writeValueAsString(new Stored(all, deleted)));
        dirty = false;
    }
}
