package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.RowIdentities.Relation;
import dev.tidemark.connector.postgres.connection.Database;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks that a change of a table, whichever of its partitions it is in, says which row was meant and what it was before. */
public final class IdentityChecks {

    private static final String FULL = " REPLICA IDENTITY FULL";

    private final TableId table;
    private final List<Relation> relations;

    /** @param relations those of the table, itself the first; empty if it does not exist */
    public IdentityChecks(TableId table, List<Relation> relations) {
        this.table = table;
        this.relations = relations;
    }

    /** Rejects a table whose children a SELECT reads, while their changes come under other names or not at all. */
    public Optional<Check> inherited() {
        List<String> children = relations.stream()
                .flatMap(relation -> relation.children().stream())
                .distinct()
                .toList();
        if (children.isEmpty()) {
            return Optional.empty();
        }
        String statements = children.stream()
                .map(child -> "ALTER TABLE " + sql(TableId.parse(child)) + " NO INHERIT " + sql(table))
                .collect(Collectors.joining("; "));
        return Optional.of(Check.failed(
                "table " + table,
                "has tables that inherit from it (" + String.join(", ", children)
                        + "): a SELECT reads their rows too, but their changes do not come as changes of it",
                "make it a partitioned table, or configure the children as tables of their own and take them out: "
                        + statements));
    }

    /** Rejects a table whose updates and deletes Postgres itself rejects once it is published. */
    public Optional<Check> unidentified() {
        List<Relation> without = relations.stream()
                .filter(relation -> !relation.full() && relation.identity().isEmpty())
                .toList();
        if (without.isEmpty()) {
            return Optional.empty();
        }
        boolean deferrable = without.stream().anyMatch(Relation::deferrable);
        String why = deferrable
                ? "its primary key is deferrable, which Postgres does not take as replica identity"
                : "updates and deletes have no identity" + of(without);
        return Optional.of(Check.failed(
                "key of " + table,
                why + ": once it is published, the application's own UPDATE and DELETE fail",
                statements(without) + (deferrable ? ", or USING INDEX a unique one that is not deferrable" : "")));
    }

    /**
     * Rejects a table that does not send all of these columns of the row before a change.
     *
     * @param subject what is checked
     * @param consequence what is wrong then; {@code %s} becomes the names of the columns
     */
    public Optional<Check> unsent(String subject, List<String> columns, String consequence) {
        List<Relation> silent = relations.stream()
                .filter(relation -> !columns.stream().allMatch(relation::sends))
                .toList();
        if (silent.isEmpty()) {
            return Optional.empty();
        }
        String unsent = columns.stream()
                .filter(column -> !silent.stream().allMatch(relation -> relation.sends(column)))
                .collect(Collectors.joining(", "));
        return Optional.of(Check.failed(
                subject,
                consequence.formatted(unsent) + of(silent),
                statements(silent) + (silent.size() > 1 ? "" : ", or USING INDEX one that holds these columns")));
    }

    /** Returns the names of the partitions for a message, since their root itself may be configured correctly. */
    private String of(List<Relation> some) {
        String partitions = some.stream()
                .map(Relation::name)
                .filter(name -> !name.equals(table))
                .map(TableId::toString)
                .collect(Collectors.joining(", "));
        return partitions.isEmpty()
                ? ""
                : " (in " + partitions + ": partitions do not inherit the replica identity of their root)";
    }

    private static String statements(List<Relation> some) {
        return some.stream()
                .map(relation -> "ALTER TABLE " + sql(relation.name()) + FULL)
                .collect(Collectors.joining("; "));
    }

    private static String sql(TableId name) {
        return Database.quoted(name.schema()) + "." + Database.quoted(name.table());
    }
}
