package dev.tidemark.plan;

import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.document.SharedDesign;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.ScratchCollection;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.DocumentChecks;
import dev.tidemark.startup.FoundCollections;
import dev.tidemark.startup.Ownership;
import dev.tidemark.startup.Routing;
import dev.tidemark.startup.SchemaEvolution;
import dev.tidemark.startup.SchemaEvolutionAtStart;
import dev.tidemark.startup.SourceSchemas;
import dev.tidemark.startup.Startup;
import dev.tidemark.startup.StartupException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.TableStates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds out what {@code run} would do, by the rules that {@link Startup} goes by, and does none of it. */
public final class Planner {

    private final Config config;
    private final Connector connector;
    private final TypesenseSink sink;
    private final TableStates states;
    private final Ownership ownership;
    private final DynamicCollectionFile fed;
    private final int samples;
    private final Consumer<String> left;

    /** Records of the state directory. */
    public record Records(TableStates states, Ownership ownership, DynamicCollectionFile fed) {}

    /**
     * Creates a planner; it opens nothing yet.
     *
     * @param samples how many rows of each table to try; 0: none
     * @param left receives what has to be dropped by hand
     */
    public Planner(
            Config config,
            Connector connector,
            TypesenseSink sink,
            Records records,
            int samples,
            Consumer<String> left) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.states = records.states();
        this.ownership = records.ownership();
        this.fed = records.fed();
        this.samples = samples;
        this.left = left;
    }

    /**
     * Returns the plans, in the configuration's order.
     *
     * @throws dev.tidemark.connector.SourceException if the database cannot be read
     * @throws StartupException if it rejects a query
     */
    public List<DocumentPlan> plans() throws SinkException, InterruptedException, StartupException {
        SourceSchemas described = SourceSchemas.of(config, connector);
        if (!described.failures().isEmpty()) {
            throw new StartupException(described.failures());
        }
        FoundCollections found = FoundCollections.find(config, described, sink, fed, SchemaEvolution.NONE);
        List<DocumentPlan> plans = new ArrayList<>();
        try (RowReader reader = connector.rowReader()) {
            for (FoundCollections.Entry entry : found.entries()) {
                plans.add(plan(entry, found, reader));
            }
        }
        return plans;
    }

    private DocumentPlan plan(FoundCollections.Entry entry, FoundCollections found, RowReader reader)
            throws SinkException, InterruptedException {
        SourceSchemas described = found.described();
        Config.Document document = entry.document();
        TableInfo table = entry.table();
        SharedDesign shared = Routing.design(config, described, document.collection());
        List<SinkField> fields = shared.fields();
        List<String> problems = Routing.design(described, document).problems(table.key());
        CollectionInfo there = document.isDynamic() || entry.there().isEmpty()
                ? null
                : entry.there().get(0);
        CollectionDesign.Alteration alteration = there == null
                ? CollectionDesign.Alteration.NONE
                : SchemaEvolutionAtStart.alteration(
                        described,
                        document,
                        there,
                        states.of(document.recordName()).orElse(null));
        CollectionInfo after = there == null ? null : alteration.applied(there);
        List<String> refusals = new ArrayList<>(problems);
        if (table.key().isEmpty()) {
            refusals.add("the table has no primary key; name the columns that identify its rows in 'id'");
        }
        unfit(entry, found, after).forEach(check -> refusals.add(line(document, check)));
        refusals.addAll(shared.conflicts());
        found.foreign(entry, ownership).forEach(check -> refusals.add(line(document, check)));
        refusals.addAll(Routing.deleteWhere(config, described, document));
        Sample rows = table.key().isEmpty() || !problems.isEmpty()
                ? null
                : rows(document, table, fields, reader, there, alteration);
        return new DocumentPlan(
                name(document),
                table.schema().table().toString(),
                CollectionDesign.idParts(document, table),
                new DocumentPlan.Schema(CollectionDesign.nested(fields), fields),
                there == null ? null : new DocumentPlan.There(there.name(), there.documents()),
                there == null ? List.of() : Differences.between(fields, there),
                changes(document, Routing.design(described, document), table, there, alteration),
                refusals,
                rows == null ? null : rows.first(),
                rows == null || samples == 0 ? null : tried(rows, document, fields, there, alteration));
    }

    /** Returns the collection's name, or the expression that yields one for each row. */
    private static String name(Config.Document document) {
        return document.destination() instanceof Destination.Dynamic dynamic
                ? dynamic.expression().quoted()
                : document.collection();
    }

    /** Returns message and hint. Of an expression, the message needs the collection's name. */
    private static String line(Config.Document document, Check check) {
        return (document.isDynamic() ? check.words() : check.message()) + "; " + check.hint();
    }

    /** @param after the one collection as {@code run} would alter it; null if it does not exist, and of an expression */
    private List<Check> unfit(FoundCollections.Entry entry, FoundCollections found, @Nullable CollectionInfo after) {
        return after == null
                ? found.unfit(entry, states)
                : DocumentChecks.unfit(
                        entry.document(),
                        Routing.design(found.described(), entry.document()),
                        entry.table(),
                        Optional.of(after),
                        states.of(entry.document().recordName()).orElse(null));
    }

    private List<String> changes(
            Config.Document document,
            CollectionDesign design,
            TableInfo table,
            @Nullable CollectionInfo there,
            CollectionDesign.Alteration alteration) {
        List<String> changes = new ArrayList<>(changes(document, table, there, alteration));
        design.leftOut(table.key()).ifPresent(message -> changes.add(message + "; " + design.lineForId()));
        design.unsearchable().forEach((hint, message) -> changes.add(message + "; " + hint));
        return changes;
    }

    private List<String> changes(
            Config.Document document,
            TableInfo table,
            @Nullable CollectionInfo there,
            CollectionDesign.Alteration alteration) {
        if (document.isDynamic()) {
            return document.create()
                    ? List.of("'run' creates a collection of each name that rows yield, if it is missing")
                    : List.of();
        }
        if (there == null) {
            return document.create() ? List.of("'run' creates the collection") : List.of();
        }
        List<String> changes = new ArrayList<>(held(document, table, there));
        for (SinkField field : alteration.add()) {
            changes.add(
                    alteration.drop().contains(field.name())
                            ? "'run' makes field '" + field.name() + "' optional"
                            : "'run' adds field '" + field.name() + "' (" + field.type() + ", optional)");
        }
        return changes;
    }

    /**
     * Describes documents that no longer have a row, as intended by the configuration: above the limit they wait for an approval.
     */
    private List<String> held(Config.Document document, TableInfo table, CollectionInfo there) {
        List<String> held = new ArrayList<>();
        String consequence = ": they are deleted up to the limit of 'guard', else they stay until 'tidemark approve'";
        states.of(document.recordName())
                .filter(state -> MappingFingerprint.of(document, table, there).hasOtherIds(state.fingerprint()))
                .ifPresent(state -> held.add("the documents get other ids; no row has the old ones" + consequence));
        Set<String> configured = new HashSet<>();
        config.documents().forEach(each -> configured.add(each.recordName()));
        for (String record : states.completions().keySet()) {
            boolean ofCollection =
                    record.equals(document.collection()) || record.startsWith(document.collection() + " ");
            if (ofCollection && !configured.contains(record)) {
                held.add("documents of an entry that is configured no more ('" + record + "') have no row"
                        + consequence);
            }
        }
        return held;
    }

    /** Returns the rows that are to be tried; without {@code --sample} one row, to show what a document looks like. */
    private @Nullable Sample rows(
            Config.Document document,
            TableInfo table,
            List<SinkField> fields,
            RowReader reader,
            @Nullable CollectionInfo there,
            CollectionDesign.Alteration alteration) {
        CollectionInfo target = there == null
                ? new CollectionInfo(document.collection(), fields, CollectionDesign.nested(fields), null, 0)
                : alteration.applied(there);
        Sample sample = new Sample(document, table, target);
        try {
            read(document, table, reader, sample::add);
        } catch (SourceException e) {
            if (samples > 0) {
                throw e;
            }
            return null; // an example is missing, and 'check' says why rows cannot be read
        }
        return sample;
    }

    private SampleResult tried(
            Sample sample,
            Config.Document document,
            List<SinkField> fields,
            @Nullable CollectionInfo there,
            CollectionDesign.Alteration alteration)
            throws SinkException, InterruptedException {
        boolean nested = CollectionDesign.nested(fields);
        ScratchCollection scratch =
                sink.scratch(document.isDynamic() ? document.table().id().table() : document.collection());
        try {
            List<SinkField> types = document.create() ? sample.jsonTypes() : List.of();
            String refused = (there == null
                            ? scratch.create(with(fields, types), nested)
                            : scratch.createLike(there, with(alteration.add(), types), alteration.drop()))
                    .orElse(null);
            return refused == null ? sample.tryIn(scratch::upsert) : sample.untried(refused);
        } finally {
            String message = scratch.drop();
            if (message != null) {
                left.accept(message);
            }
        }
    }

    private static List<SinkField> with(List<SinkField> fields, List<SinkField> more) {
        List<SinkField> all = new ArrayList<>(fields);
        all.addAll(more);
        return all;
    }

    /** Reads the first rows by the document's id; of a joined document, what its query yields for the first rows of the root. */
    private void read(Config.Document document, TableInfo table, RowReader reader, Consumer<Row> row) {
        int limit = Math.max(samples, 1);
        if (!(document.source() instanceof DocumentSource.Joined joined)) {
            reader.first(table.schema().table(), table.key(), limit, row);
            return;
        }
        try (JoinReader documents = connector.joinReader(joined.join())) {
            List<String[]> keys = new ArrayList<>();
            documents.all(null, limit, root -> {
                DocumentIds ids = DocumentIds.of(table.key(), root.schema());
                String id = ids.of(root);
                String[] texts = id == null ? null : ids.texts(id);
                if (texts != null) {
                    keys.add(texts);
                }
            });
            if (!keys.isEmpty()) {
                documents.rows(keys, row);
            }
        }
    }
}
