package dev.tidemark.collection;

import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All targets of writes: collections that the configuration names, and families that grow while rows come. Any thread. */
public final class Targets {

    private final List<Target> named;
    private final List<DynamicCollections> families;
    private final Map<TableId, List<Target>> ofRows = new HashMap<>();

    /** @param named in the configuration's order, those of joined documents among them */
    public Targets(List<Target> named, List<DynamicCollections> families) {
        this.named = List.copyOf(named);
        this.families = List.copyOf(families);
        for (Target target : named) {
            if (!target.config().isJoined()) {
                ofRows.computeIfAbsent(target.table(), table -> new ArrayList<>())
                        .add(target);
            }
        }
    }

    /** Returns the collections that the configuration names. */
    public List<Target> named() {
        return named;
    }

    public List<DynamicCollections> families() {
        return families;
    }

    /** Returns the named collections whose documents are rows of one table, by that table. */
    public Map<TableId, List<Target>> ofRows() {
        return ofRows;
    }

    /** Returns all collections that exist now. */
    public List<Target> all() {
        List<Target> all = new ArrayList<>(named);
        families.forEach(family -> all.addAll(family.members()));
        return all;
    }

    /** Returns the table behind each document of the configuration. */
    public List<TableInfo> tables() {
        List<TableInfo> tables = new ArrayList<>();
        named.forEach(target -> tables.add(target.tableInfo()));
        families.forEach(family -> tables.add(family.tableInfo()));
        return tables;
    }

    /** Returns the planner's estimate of a table's rows at the start, -1 if it had none. */
    public long estimatedRows(TableId table) {
        return tables().stream()
                .filter(info -> info.schema().table().equals(table))
                .mapToLong(TableInfo::estimatedRows)
                .findFirst()
                .orElse(-1);
    }

    /** Returns the tables whose load also loads what documents hold of that table, in the order of their names. */
    public List<TableId> loadedWith(TableId table) {
        Set<TableId> roots = new TreeSet<>(Comparator.comparing(TableId::toString));
        for (Target target : named) {
            boolean depends = target.config().source() instanceof DocumentSource.Joined joined
                    && joined.dependencies().stream()
                            .anyMatch(each -> each.table().equals(table));
            if (depends || target.table().equals(table)) {
                roots.add(target.table());
            }
        }
        families.stream().map(DynamicCollections::table).filter(table::equals).forEach(roots::add);
        return List.copyOf(roots);
    }

    /** Records that a snapshot begins, which writes every document again. */
    public void snapshotStarted() {
        named.forEach(Target::snapshotStarted);
        families.forEach(DynamicCollections::snapshotStarted);
    }

    /** Returns a description of what else feeds that collection; null if nothing does: two would overwrite each other's ids. */
    @Nullable
    public String owner(String collection, DynamicCollections besides) {
        for (Target target : named) {
            if (target.collection().equals(collection)
                    || target.config().collection().equals(collection)) {
                return "the documents of " + target.table();
            }
        }
        for (DynamicCollections family : families) {
            if (!Objects.equals(family, besides) && family.member(collection).isPresent()) {
                return "the documents of " + family.table();
            }
        }
        return null;
    }
}
