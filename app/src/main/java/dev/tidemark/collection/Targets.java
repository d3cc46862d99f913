package dev.tidemark.collection;

import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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

    /**
     * Returns the table as the catalog described it at the start, or what is joined to its rows if only such documents come from
     * it; null if none do.
     */
    public @Nullable TableInfo table(TableId table) {
        return Stream.concat(ofRows(table), tables().stream())
                .filter(info -> info.schema().table().equals(table))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the named collections whose documents are rows of the table under the row's own key: of these, rows can be mapped
     * before it is known what else is written.
     */
    public List<Target> plain(TableId table) {
        return ofRows.getOrDefault(table, List.of()).stream()
                .filter(target -> !target.config().hasComputedId())
                .toList();
    }

    /** Returns the other named collections whose documents are rows of the table. */
    public List<Target> others(TableId table) {
        return ofRows.getOrDefault(table, List.of()).stream()
                .filter(target -> target.config().hasComputedId())
                .toList();
    }

    /** Returns whether rows of the table are only documents of {@linkplain #plain plain} collections. */
    public boolean isPlain(TableId table) {
        return others(table).isEmpty()
                && named.stream()
                        .noneMatch(target ->
                                target.table().equals(table) && target.config().isJoined())
                && families.stream().noneMatch(family -> family.table().equals(table));
    }

    /** Returns whether there are documents that are rows of the table, not only roots of joined ones. */
    public boolean hasRowsOf(TableId table) {
        return ofRows(table).findAny().isPresent();
    }

    private Stream<TableInfo> ofRows(TableId table) {
        return Stream.concat(
                ofRows.getOrDefault(table, List.of()).stream().map(Target::tableInfo),
                families.stream().filter(family -> family.table().equals(table)).map(DynamicCollections::tableInfo));
    }

    /** Returns the columns that documents of the table's rows are written from, with their types. */
    public static List<String> columns(TableInfo table) {
        return CollectionDesign.columns(table.schema());
    }

    /** Returns the collections that hold documents of the table. */
    public List<Target> of(TableId table) {
        return all().stream().filter(target -> target.table().equals(table)).toList();
    }

    /**
     * Records that a load writes every document of the table, from rows of these columns ({@link
     * dev.tidemark.document.CollectionDesign#columns}).
     */
    public void loadBegun(TableId table, List<String> columns) {
        named.stream().filter(target -> target.table().equals(table)).forEach(target -> target.loadBegun(columns));
        families.stream().filter(family -> family.table().equals(table)).forEach(family -> family.loadBegun(columns));
    }

    /**
     * Records which tables are being loaded: every change of these is written as a full document. A part would leave out columns
     * for good, since the row of the chunk is not written after it. Flush thread only.
     */
    public void loading(Set<TableId> tables) {
        named.forEach(target -> target.loading(tables.contains(target.table())));
        families.forEach(family -> family.loading(tables.contains(family.table())));
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
