package dev.tidemark.startup;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.CollectionIdentity;
import dev.tidemark.sink.CollectionInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Compares the collections that a start finds with those that were written to before. */
public final class IdentitiesAtStart {

    private IdentitiesAtStart() {}

    /**
     * Returns why streaming into the collections would leave them wrong, by the tables that feed them; empty if they are those that
     * were written to.
     */
    static Map<TableId, Set<String>> contradictions(
            CollectionIdentities identities, Map<Config.Document, CollectionInfo> found) {
        Map<TableId, Set<String>> all = new LinkedHashMap<>(); // several documents of a table may feed one collection
        found.forEach((document, there) -> {
            Set<String> ofTable = new LinkedHashSet<>();
            String target = identities.target(document.collection());
            if (target != null && !target.equals(there.name())) {
                ofTable.add("alias " + document.collection() + " led to collection " + target
                        + ", which keeps its documents; now "
                        + (there.name().equals(document.collection())
                                ? "it is a collection itself"
                                : "it leads to " + there.name()));
            }
            identities.doubt(there.name()).ifPresent(doubt -> ofTable.add(doubt.message()));
            identities
                    .of(there.name())
                    .filter(stored -> stored.isAnother(there))
                    .ifPresent(stored -> ofTable.add("collection " + there.name()
                            + " was deleted and created again while the service was stopped: stored: " + stored.words()
                            + "; found: " + CollectionIdentity.of(there).words()));
            if (!ofTable.isEmpty()) {
                all.computeIfAbsent(document.table().id(), table -> new LinkedHashSet<>())
                        .addAll(ofTable);
            }
        });
        return all;
    }

    /** Returns the same as {@code check} reports it, without a lock on the state directory. */
    public static List<Check> warnings(Path state, Map<Config.Document, CollectionInfo> found) {
        try {
            CollectionIdentities identities = CollectionIdentities.open(state);
            Set<String> all = new LinkedHashSet<>();
            contradictions(identities, found).values().forEach(all::addAll);
            identities.doubts().forEach(doubt -> all.add(doubt.message())); // also of collections by expression
            return all.stream()
                    .map(each -> Check.warning("collections", each, "'run' loads its tables again when it is started"))
                    .toList();
        } catch (IOException e) {
            return List.of(Check.failed("collections", String.valueOf(e.getMessage()), ""));
        }
    }

    /**
     * Records what is written to from now on; durable when this returns.
     *
     * @param loaded the tables that are loaded, which ends the doubts of their collections: that they are not loaded is recorded
     */
    static void begin(CollectionIdentities identities, Targets targets, Set<TableId> loaded) throws IOException {
        Set<String> ofLoaded = new HashSet<>();
        Map<String, CollectionIdentity> found = new TreeMap<>();
        Map<String, String> aliases = new TreeMap<>();
        for (Target target : targets.all()) {
            CollectionInfo there = target.collectionInfo();
            boolean loads = loaded.contains(target.table());
            if (loads) {
                ofLoaded.add(there.name());
            }
            found.put(
                    there.name(),
                    loads
                            ? CollectionIdentity.of(there)
                            : identities
                                    .of(there.name())
                                    .map(stored -> stored.now(there))
                                    .orElseGet(() -> CollectionIdentity.of(there)));
            String name = Objects.requireNonNull(target.config().collection());
            if (!name.equals(there.name())) {
                aliases.put(name, there.name());
            }
        }
        identities.begin(found, aliases, ofLoaded);
    }
}
