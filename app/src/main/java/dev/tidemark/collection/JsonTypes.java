package dev.tidemark.collection;

import dev.tidemark.config.Config;
import dev.tidemark.document.value.JsonPaths;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Types of values inside of JSON. Typesense takes each type from the first document, so a 10 would exclude every 9.5 that
 * follows. Instead, the values of most of the first documents decide, and an integer field becomes a decimal field when the first
 * decimal comes. Only in collections that Tidemark may alter, fields that the configuration does not declare, and settings that
 * Typesense gives. One thread until {@link #mayOverlap}, then several.
 */
public final class JsonTypes {

    private static final Logger log = LoggerFactory.getLogger(JsonTypes.class);

    private static final Pattern INTEGER_EXPECTED = Pattern.compile("Field `(.+)` must be an (?:array of )?int64\\.");

    /** Number of documents that are inspected before they are sent; later ones are inspected when Typesense rejects them. */
    private static final int INSPECTED = 10_000;

    private final Target target;
    /** Fields that were altered, or cannot be: each is tried once. */
    private final Set<String> tried = ConcurrentHashMap.newKeySet();

    private volatile int inspected;

    JsonTypes(Target target) {
        this.target = target;
    }

    /** Returns whether requests may be under way at the same time: documents are not inspected any more before they are sent. */
    public boolean mayOverlap() {
        return inspected >= INSPECTED
                || !target.config().create()
                || !target.collectionInfo().nested();
    }

    /** Declares the fields whose values are of more than one kind, before Typesense takes the type of the first value for all. */
    public synchronized void prepare(Sink sink, List<Document> documents) throws SinkException, InterruptedException {
        if (inspected >= INSPECTED || !target.config().create()) {
            return;
        }
        JsonPaths paths = new JsonPaths(target.collectionInfo());
        if (!paths.hasObjects()) {
            inspected = INSPECTED;
            return;
        }
        documents.forEach(paths::add);
        inspected += documents.size();
        declare(sink, typesOf(paths));
    }

    /**
     * Sends again what was rejected for a decimal in an integer field; returns what is rejected in the end. That may include
     * documents for which another request has altered the field meanwhile: the next time they are accepted.
     */
    public List<Rejection> resend(Sink sink, List<Document> documents, List<Rejection> rejections)
            throws SinkException, InterruptedException {
        List<Rejection> rejected = rejections;
        while (!rejected.isEmpty() && declare(sink, widened(documents, rejected))) {
            List<Rejection> before = rejected;
            List<Document> again = before.stream()
                    .map(rejection -> documents.get(rejection.index()))
                    .toList();
            rejected = sink.upsert(target.collection(), again).stream()
                    .map(rejection ->
                            new Rejection(before.get(rejection.index()).index(), rejection.error()))
                    .toList();
        }
        return rejected;
    }

    private Map<String, String> widened(List<Document> documents, List<Rejection> rejected) {
        Map<String, String> wanted = new TreeMap<>();
        for (Rejection rejection : rejected) {
            Matcher matcher = INTEGER_EXPECTED.matcher(rejection.error());
            if (target.config().create() && matcher.find() && !tried.contains(matcher.group(1))) {
                JsonPaths paths = new JsonPaths(target.collectionInfo());
                paths.add(documents.get(rejection.index()));
                JsonPaths.Values values = paths.paths().get(matcher.group(1));
                String type = values == null ? null : values.decimalType();
                if (type != null) {
                    wanted.put(matcher.group(1), type);
                }
            }
        }
        return wanted;
    }

    private static Map<String, String> typesOf(JsonPaths paths) {
        Map<String, String> wanted = new TreeMap<>();
        paths.paths().forEach((path, values) -> {
            String type = values.type();
            if (type != null && path.indexOf('.') > 0) {
                wanted.put(path, type);
            }
        });
        return wanted;
    }

    /** Returns whether a field has another type now. */
    private synchronized boolean declare(Sink sink, Map<String, String> wanted)
            throws SinkException, InterruptedException {
        Map<String, Config.Field> configured = target.config().fields();
        Map<String, String> types = new TreeMap<>(wanted);
        types.keySet().removeIf(path -> tried.contains(path) || (configured != null && configured.containsKey(path)));
        CollectionInfo collection =
                types.isEmpty() ? null : sink.find(target.collection()).orElse(null);
        if (collection == null) {
            return false;
        }
        List<SinkField> add = new ArrayList<>();
        List<String> drop = new ArrayList<>();
        types.forEach((path, type) -> {
            SinkField there = collection.fields().stream()
                    .filter(field -> field.name().equals(path))
                    .findFirst()
                    .orElse(null);
            if (there == null) {
                add.add(new SinkField(path, type, false, true, true, null));
            } else if (there.type().replace("int64", "float").equals(type)
                    && !there.type().equals(type)
                    && there.optional()
                    && !there.facet()) {
                drop.add(path);
                add.add(there.retyped(type, null));
            }
        });
        boolean altered = alter(sink, add, drop);
        tried.addAll(types.keySet());
        return altered;
    }

    /** Alters all fields at once, and one by one if that is rejected: one that cannot be altered must not block the others. */
    private boolean alter(Sink sink, List<SinkField> add, List<String> drop)
            throws SinkException, InterruptedException {
        if (add.isEmpty()) {
            return true;
        }
        try {
            sink.alter(target.collection(), add, drop);
            add.forEach(field -> log.info(
                    "field '{}' of collection {} becomes {}: rows of {} hold different kinds of values there",
                    field.name(),
                    target.collection(),
                    field.type(),
                    target.table()));
            return true;
        } catch (SinkException e) {
            if (e.kind() == SinkException.Kind.RETRYABLE) {
                throw e;
            }
            if (add.size() == 1) {
                log.warn(
                        "field '{}' of collection {} stays as it is: {}",
                        add.get(0).name(),
                        target.collection(),
                        e.getMessage());
                return false;
            }
        }
        boolean altered = false;
        for (SinkField field : add) {
            altered |= alter(
                    sink,
                    List.of(field),
                    drop.stream().filter(field.name()::equals).toList());
        }
        return altered;
    }
}
