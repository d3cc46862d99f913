package dev.tidemark.collection;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.CollectionChanges;
import dev.tidemark.document.CollectionDesign.Alteration;
import dev.tidemark.health.Health;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alters a collection so that it accepts the rows of its table before they are written: new columns become optional fields, the
 * fields of nullable columns become optional, and a column of another type changes the type of its field. Values that the new
 * type does not accept are first removed from the documents; before that, the reload of the table, which writes them again, is
 * stored. Each step can be repeated: after a crash or a lost answer it begins with what the server shows. One thread at a time,
 * except for {@link #blocked}.
 */
final class CollectionFollower {

    private static final Logger log = LoggerFactory.getLogger(CollectionFollower.class);

    /** Min time before a rejected change is tried again; doubled after each further rejection, up to a limit. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int MOST_DOUBLINGS = 7;

    private final Config.Document config;
    private final CollectionChanges changes;
    private final LongSupplier clock;
    private final Set<RowSchema> followed = Collections.newSetFromMap(new WeakHashMap<>());
    private volatile CollectionInfo collection;
    /** The columns of the last schema for which the server rejected an alteration; null if it accepted all. */
    private @Nullable List<Column> rejected;

    private int rejections;
    private long rejectedAt;
    private volatile List<Health.Condition> blocked = List.of();

    /** Request to reload all tables whose rows a collection holds. */
    @FunctionalInterface
    public interface Reloads {

        /** Requests the reload; it survives a restart when this returns. */
        void request(String collection) throws IOException;
    }

    CollectionFollower(Config.Document config, RowSchema table, List<String> columns, CollectionInfo collection) {
        this(config, table, columns, collection, System::nanoTime);
    }

    /** @param clock in nanoseconds */
    CollectionFollower(
            Config.Document config,
            RowSchema table,
            List<String> columns,
            CollectionInfo collection,
            LongSupplier clock) {
        this.config = config;
        this.clock = clock;
        this.changes = new CollectionChanges(config, table, columns, collection);
        this.collection = collection;
    }

    /** Returns the collection as it was last seen. */
    CollectionInfo collection() {
        return collection;
    }

    List<Health.Condition> blocked() {
        return blocked;
    }

    /**
     * Alters the collection if rows of that schema need it.
     *
     * @param nulls required fields that a row has no value for
     * @return whether the collection may be another one now
     */
    boolean follow(RowSchema schema, Set<String> nulls, boolean shared, Sink sink, Reloads reloads)
            throws SinkException, InterruptedException {
        boolean fresh = !followed.contains(schema);
        boolean again = schema.columns().equals(rejected);
        boolean pause = rejected != null && clock.getAsLong() - rejectedAt < pause();
        if (!config.create() || (!fresh && !again && nulls.isEmpty()) || (!fresh && pause)) {
            return false;
        }
        CollectionInfo before = collection;
        CollectionChanges.Plan plan = changes.plan(schema, nulls, collection, shared);
        if (!plan.alteration().isEmpty()) { // its options may have been changed by hand since it was seen
            collection = sink.find(collection.name()).orElse(collection);
            plan = changes.plan(schema, nulls, collection, shared);
        }
        Map<String, Health.Condition> problems = new HashMap<>();
        plan.blocked().forEach(each -> problems.put(each.field(), new Health.Condition(each.message(), each.hint())));
        Set<String> failed = alter(schema, plan, problems, sink, reloads);
        if (!failed.isEmpty()) {
            rejected = List.copyOf(schema.columns());
            rejections++;
            rejectedAt = clock.getAsLong();
        } else if (fresh || again) { // else rows of earlier columns were checked
            rejected = null;
            rejections = 0;
        }
        boolean altered = failed.isEmpty();
        failed.addAll(problems.keySet());
        changes.followed(schema, failed, altered);
        followed.add(schema);
        report(List.copyOf(problems.values()));
        return !collection.equals(before) || !plan.alteration().isEmpty();
    }

    private long pause() {
        return PAUSE_NANOS << Math.min(MOST_DOUBLINGS, Math.max(0, rejections - 1));
    }

    private void report(List<Health.Condition> now) {
        for (Health.Condition each : now) {
            if (!blocked.contains(each)) {
                log.atWarn().addKeyValue("collection", collection.name()).log("{}. {}", each.message(), each.hint());
            }
        }
        blocked = now;
    }

    /** Returns the fields that could not be altered. */
    private Set<String> alter(
            RowSchema schema,
            CollectionChanges.Plan plan,
            Map<String, Health.Condition> problems,
            Sink sink,
            Reloads reloads)
            throws SinkException, InterruptedException {
        Set<String> failed = new HashSet<>();
        Alteration alteration = plan.alteration();
        if (alteration.isEmpty()) {
            return failed;
        }
        log.atInfo()
                .addKeyValue("collection", collection.name())
                .addKeyValue("table", schema.table())
                .log(
                        "the columns of {} changed to {}: altering collection {} ({})",
                        schema.table(),
                        schema.columns().stream().map(Column::name).toList(),
                        collection.name(),
                        words(alteration));
        boolean retyped = alteration.drop().stream().anyMatch(plan.emptied()::contains);
        try {
            if (retyped && rejected == null) { // the new field has other values than those stored, or none
                reload(reloads);
            }
            try {
                sink.alter(collection.name(), alteration.add(), alteration.drop());
            } catch (SinkException e) {
                if (!e.reason().equals(Sink.INCOMPATIBLE)) {
                    throw e;
                }
                reload(reloads);
                empty(plan, sink);
                sink.alter(collection.name(), alteration.add(), alteration.drop());
            }
        } catch (SinkException e) {
            if (e.kind() == SinkException.Kind.RETRYABLE) {
                throw e;
            }
            for (SinkField field : alteration.add()) {
                failed.add(field.name());
                problems.put(
                        field.name(),
                        new Health.Condition(
                                "collection " + collection.name() + " could not follow the changed columns of "
                                        + schema.table() + ": field '" + field.name() + "' cannot become "
                                        + field.type() + (field.optional() ? ", optional" : "") + ": " + e.getMessage(),
                                e.hint().isEmpty()
                                        ? "Alter the field by hand, or drop the collection and restart Tidemark."
                                        : e.hint()));
            }
        }
        collection = sink.find(collection.name()).orElse(collection);
        return failed;
    }

    /** Requests the reload before values are lost: after a crash nothing else would show that they are missing. */
    private void reload(Reloads reloads) throws SinkException {
        try {
            reloads.request(collection.name());
        } catch (IOException e) {
            throw new SinkException(
                    SinkException.Kind.RETRYABLE,
                    "disk",
                    "the wish to fill collection " + collection.name() + " again could not be stored: "
                            + e.getMessage(),
                    "Free some disk space or fix the permissions of the state directory.",
                    e);
        }
    }

    private String words(Alteration alteration) {
        List<String> words = new ArrayList<>();
        for (SinkField field : alteration.add()) {
            String was = collection.fields().stream()
                    .filter(other -> other.name().equals(field.name()))
                    .map(other -> other.type() + (other.optional() ? ", optional" : ", required"))
                    .findFirst()
                    .orElse("not declared");
            words.add(field.name() + ": " + was + " -> " + field.type() + (field.optional() ? ", optional" : ""));
        }
        return String.join("; ", words);
    }

    /** Removes the fields' values from all documents. A required field becomes optional first, as no document could lack it. */
    private void empty(CollectionChanges.Plan plan, Sink sink) throws SinkException, InterruptedException {
        List<SinkField> required = collection.fields().stream()
                .filter(field -> plan.emptied().contains(field.name()) && !field.optional())
                .map(SinkField::asOptional)
                .toList();
        if (!required.isEmpty()) {
            sink.alter(
                    collection.name(),
                    required,
                    required.stream().map(SinkField::name).toList());
        }
        log.atInfo()
                .addKeyValue("collection", collection.name())
                .log(
                        "documents of collection {} hold values that the new type does not take: fields {} are emptied, and filled again when"
                                + " the table is reloaded",
                        collection.name(),
                        plan.emptied());
        new EmptiedFields(sink, collection.name(), plan.emptied()).run();
    }
}
