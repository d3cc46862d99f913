package dev.tidemark.verify;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.retry.RateLimiter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a verification compares: the entries of {@code documents:} that were requested, and their collections. An entry that feeds a
 * requested collection is compared in that one only. One thread.
 */
final class Scope implements AutoCloseable {

    private final List<Entry> entries = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, List<Place>> byCollection = new LinkedHashMap<>();
    /** Collections that entries feed which are not compared. */
    private final Set<String> incomplete = new HashSet<>();

    private final List<JoinedTarget> readers = new ArrayList<>();
    private final Map<Entry, DynamicCollections> families = new LinkedHashMap<>();
    private final @Nullable String collection;

    /** What entries are read with. */
    record Readers(Connector connector, RowReader rows, int queriesPerSecond, BooleanSupplier mayRead) {}

    /**
     * Selects what was requested.
     *
     * @throws VerifyException if no document comes from that table, or goes to that collection
     */
    static Scope of(VerifyRequest request, Targets targets, List<JoinedTarget> joined, Readers readers)
            throws VerifyException {
        require(request, targets);
        return new Scope(targets, joined, request, readers);
    }

    /**
     * Checks that there is something to verify.
     *
     * @throws UnknownException if no document comes from that table, or goes to that collection
     */
    static void require(VerifyRequest request, Targets targets) throws UnknownException {
        if (targets.named().stream().anyMatch(target -> isWanted(request, target))
                || targets.families().stream().anyMatch(family -> isWanted(request, family))) {
            return;
        }
        Set<String> tables = new TreeSet<>();
        targets.tables().forEach(info -> tables.add(info.schema().table().toString()));
        Set<String> collections = new TreeSet<>();
        targets.all().forEach(target -> collections.add(target.collection()));
        String table = request.table();
        throw new UnknownException(
                table == null
                        ? "no document goes to collection '" + request.collection() + "'"
                        : "no document comes from the rows of table '" + table + "'"
                                + (request.collection() == null
                                        ? ""
                                        : " and goes to collection '" + request.collection() + "'"),
                "give one of " + String.join(", ", table == null ? collections : tables)
                        + (table == null ? "" : "; what is joined to a table is verified with it"));
    }

    private static boolean isWanted(VerifyRequest request, Target target) {
        String name = request.collection();
        return isWanted(request, target.table())
                && (name == null
                        || target.collection().equals(name)
                        || target.config().collection().equals(name));
    }

    private static boolean isWanted(VerifyRequest request, DynamicCollections family) {
        String name = request.collection();
        return isWanted(request, family.table())
                && (name == null || family.member(name).isPresent());
    }

    private static boolean isWanted(VerifyRequest request, TableId table) {
        return request.table() == null || table.toString().equals(request.table());
    }

    private Scope(Targets targets, List<JoinedTarget> joined, VerifyRequest request, Readers readers) {
        this.collection = request.collection();
        RateLimiter pace = new RateLimiter(readers.queriesPerSecond());
        for (Target target : targets.named()) {
            if (isWanted(request, target)) {
                Entry entry = entry(target, joined, readers, pace);
                entries.add(entry);
                place(entry, target.collection(), () -> target);
            } else {
                incomplete.add(target.collection());
            }
        }
        for (DynamicCollections family : targets.families()) {
            if (isWanted(request, family)) {
                Entry entry = RowEntry.of(family, readers.rows(), readers.mayRead());
                entries.add(entry);
                families.put(entry, family);
                for (Target member : family.members()) {
                    if (collection == null || member.collection().equals(collection)) {
                        place(entry, family, member.collection());
                    }
                }
            }
        }
    }

    private Entry entry(Target target, List<JoinedTarget> joined, Readers readers, RateLimiter pace) {
        for (JoinedTarget each : joined) {
            if (each.target() == target) {
                JoinedTarget own = new JoinedTarget(
                        target, each.join(), readers.connector().joinReader(each.join()));
                this.readers.add(own);
                return new JoinedEntry(target, own.reader(), pace, readers.mayRead());
            }
        }
        return RowEntry.of(target, readers.rows(), readers.mayRead());
    }

    private Place place(Entry entry, DynamicCollections family, String name) {
        return place(entry, name, () -> family.member(name).orElse(null));
    }

    private Place place(Entry entry, String name, Supplier<@Nullable Target> writer) {
        Place place = new Place(places.size(), entry, name, writer);
        places.add(place);
        byCollection.computeIfAbsent(name, each -> new ArrayList<>()).add(place);
        return place;
    }

    List<Entry> entries() {
        return entries;
    }

    Place place(int index) {
        return places.get(index);
    }

    /** Returns the names of the collections, as far as they exist. */
    List<String> collections() {
        return places.stream()
                .filter(place -> place.target() != null)
                .map(Place::collection)
                .distinct()
                .toList();
    }

    /** Returns the place of a row's document; null if it is not compared. */
    @Nullable
    Place of(Entry entry, String name) {
        for (Place place : byCollection.getOrDefault(name, List.of())) {
            if (place.entry() == entry) {
                return place;
            }
        }
        if (collection != null && !name.equals(collection)) {
            return null; // of another tenant
        }
        return place(entry, Objects.requireNonNull(families.get(entry)), name);
    }

    /**
     * Returns the place of a document: that of the entry whose prefix its id has. If no entry of the collection has it, the document
     * is one without a row of the first entry.
     *
     * @return null if the document may be of an entry that is not compared
     */
    @Nullable
    Place of(String name, String id) {
        List<Place> of = byCollection.getOrDefault(name, List.of());
        for (Place place : of) {
            if (place.entry().owns(id)) {
                return place;
            }
        }
        return of.isEmpty() || incomplete.contains(name) ? null : of.get(0);
    }

    @Override
    public void close() {
        readers.forEach(JoinedTarget::close);
    }
}
