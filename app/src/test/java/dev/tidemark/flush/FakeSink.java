package dev.tidemark.flush;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.connector.Check;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.FoundDocument;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Seen;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.StoredDocument;
import dev.tidemark.sink.Updated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collections in memory, and a journal of what was asked; fails where a test says so. */
public final class FakeSink implements Sink {

    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<String, Map<String, String>> collections = new ConcurrentHashMap<>();
    public final Queue<String> journal;
    public final Set<String> rejectedIds = ConcurrentHashMap.newKeySet();
    final Map<String, Queue<SinkException>> failures = new ConcurrentHashMap<>();
    private final Map<String, Integer> succeedFirst = new ConcurrentHashMap<>();
    volatile @Nullable CountDownLatch stuck;
    /** Whether collections have to be created before they are there. */
    boolean strict;
    /** Refuses documents for what they say. */
    Judge judge = (document, whole) -> false;
    /** What the next alterations fail with, one with each. */
    public final Queue<SinkException> alterations = new ConcurrentLinkedQueue<>();
    /** Fields as they were altered. */
    public final List<SinkField> altered = new ArrayList<>();
    /** What a collection looks like; null: it declares no fields. */
    @Nullable
    public CollectionInfo shape;
    /** Asked before each document is written or deleted; what it throws ends the request there, half done. */
    public Interruption halfway = () -> {};

    /** Whether a document is refused: a whole one, or the fields of one that an update writes. */
    interface Judge {
        boolean rejects(JsonNode document, boolean whole);
    }

    /** Something that may go wrong in the middle of a request. */
    public interface Interruption {
        void check() throws SinkException, InterruptedException;
    }

    /** The fields of each collection that is nested; none of others. */
    public final Map<String, List<SinkField>> nested = new ConcurrentHashMap<>();
    /** An alteration that adds one of these is refused. */
    public final Set<String> rejectedFields = new HashSet<>();

    /** Collections to be reported as overtaken. */
    public final Set<String> overtaken = new HashSet<>();

    /** Whether it was said before all else that nothing is pending. */
    public volatile boolean nothingPending;
    /** What the end of writing answers. */
    public volatile boolean endsClean;

    @Override
    public void nothingPending() {
        nothingPending = true;
    }

    @Override
    public boolean endWrites() {
        return endsClean;
    }

    @Override
    public Set<String> overtaken() {
        Set<String> reported = Set.copyOf(overtaken);
        overtaken.clear();
        return reported;
    }

    public FakeSink() {
        this(new ConcurrentLinkedQueue<>());
    }

    public FakeSink(Queue<String> journal) {
        this.journal = journal;
    }

    /** The next writes of that collection fail, one with each. */
    public void fail(String collection, SinkException... with) {
        failures.computeIfAbsent(collection, c -> new ArrayDeque<>()).addAll(List.of(with));
    }

    /** So many writes of that collection succeed, then one fails. */
    public void failAfter(String collection, int writes, SinkException with) {
        succeedFirst.put(collection, writes);
        fail(collection, with);
    }

    public static SinkException retryable() {
        return new SinkException(SinkException.Kind.RETRYABLE, "connection", "it is away", "wait", null);
    }

    public Map<String, String> documents(String collection) {
        return collections.computeIfAbsent(collection, c -> new ConcurrentSkipListMap<>());
    }

    private void write(String what, String collection) throws SinkException, InterruptedException {
        if (strict && !collections.containsKey(collection)) {
            throw new IllegalStateException("collection " + collection + " does not exist: " + what);
        }
        CountDownLatch latch = stuck;
        if (latch != null) {
            latch.countDown();
            new CountDownLatch(1).await(); // until it is interrupted
        }
        Queue<SinkException> queue = failures.get(collection);
        boolean spared = succeedFirst.merge(collection, -1, Integer::sum) >= 0;
        SinkException failure = queue == null || spared ? null : queue.poll();
        journal.add((failure == null ? "" : "failed ") + what);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public List<Rejection> upsert(String collection, List<Document> batch) throws SinkException, InterruptedException {
        write("upsert " + collection + " " + batch.stream().map(Document::id).toList(), collection);
        List<Rejection> rejected = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            halfway.check();
            Document document = batch.get(i);
            if (isRefused(document, true)) {
                rejected.add(new Rejection(i, "no, not " + document.id()));
            } else {
                documents(collection).put(document.id(), new String(document.json(), StandardCharsets.UTF_8));
            }
        }
        return rejected;
    }

    @Override
    public Updated update(String collection, List<Document> batch) throws SinkException, InterruptedException {
        write("update " + collection + " " + batch.stream().map(Document::id).toList(), collection);
        List<Rejection> rejected = new ArrayList<>();
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            halfway.check();
            Document document = batch.get(i);
            String there = documents(collection).get(document.id());
            if (there == null) {
                missing.add(i);
            } else if (isRefused(document, false)) {
                rejected.add(new Rejection(i, "no, not " + document.id()));
            } else {
                documents(collection).put(document.id(), merged(there, document.json()));
            }
        }
        return new Updated(rejected, missing);
    }

    private boolean isRefused(Document document, boolean whole) {
        return rejectedIds.contains(document.id()) || judge.rejects(parse(document.json()), whole);
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the real one merges: a field replaces a field, a null takes it away. */
    private static String merged(String there, byte[] changes) {
        ObjectNode document = (ObjectNode) parse(there.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, JsonNode> field : parse(changes).properties()) {
            if (field.getValue().isNull()) {
                document.remove(field.getKey());
            } else {
                document.set(field.getKey(), field.getValue());
            }
        }
        return document.toString();
    }

    @Override
    public void delete(String collection, List<String> ids) throws SinkException, InterruptedException {
        write("delete " + collection + " " + ids, collection);
        for (String id : ids) {
            halfway.check();
            documents(collection).remove(id);
        }
    }

    /** Knows one kind of filter: {@code field:=number}. */
    @Override
    public long deleteBy(String collection, String filter) throws SinkException, InterruptedException {
        write("deleteBy " + collection + " " + filter, collection);
        String[] parts = filter.split(":=", 2);
        Map<String, String> documents = documents(collection);
        long before = documents.size();
        documents
                .values()
                .removeIf(document -> parse(document.getBytes(StandardCharsets.UTF_8))
                        .path(parts[0])
                        .asText()
                        .equals(parts[1]));
        return before - documents.size();
    }

    @Override
    public void truncate(String collection) throws SinkException, InterruptedException {
        write("truncate " + collection, collection);
        documents(collection).clear();
    }

    @Override
    public void exportIds(String collection, Consumer<String> ids) {
        List.copyOf(documents(collection).keySet()).forEach(ids);
    }

    /** Filters like the real one, which compares text by its words, without case and signs. */
    @Override
    public void exportFields(
            String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found) {
        journal.add("export " + collection + " " + (filter == null ? "of all" : filter));
        documents(collection).forEach((id, text) -> {
            JsonNode document = parse(text.getBytes(StandardCharsets.UTF_8));
            Map<String, List<String>> values = new TreeMap<>();
            fields.forEach(
                    field -> values.put(field, List.of(document.path(field).asText())));
            String[] parts =
                    filter == null ? new String[0] : filter.replace("`", "").split(":=", 2);
            if (filter == null || words(document.path(parts[0]).asText()).equals(words(parts[1]))) {
                found.accept(new FoundDocument(id, values));
            }
        });
    }

    private static String words(String text) {
        return text.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    @Override
    public List<Check> preflight() {
        return List.of();
    }

    @Override
    public Optional<Check> unhealthy() {
        return Optional.empty();
    }

    @Override
    public void settle() {}

    @Override
    public Optional<CollectionInfo> find(String collection) {
        if (strict && !collections.containsKey(collection)) {
            return Optional.empty();
        }
        if (shape != null) {
            return Optional.of(shape);
        }
        List<SinkField> fields = nested.getOrDefault(collection, List.of());
        return Optional.of(new CollectionInfo(
                collection,
                fields,
                nested.containsKey(collection),
                null,
                documents(collection).size()));
    }

    @Override
    public Map<String, Seen> look(Collection<String> names) {
        Map<String, Seen> seen = new TreeMap<>();
        names.forEach(name -> seen.put(name, new Seen(1, documents(name).size())));
        return seen;
    }

    @Override
    public Optional<CollectionInfo> prove(String collection) {
        return find(collection);
    }

    @Override
    public void exportDocuments(String collection, Consumer<StoredDocument> found) {
        documents(collection).forEach((id, json) -> found.accept(new StoredDocument(id, parsed(json))));
    }

    @Override
    public void documents(String collection, List<String> ids, Consumer<StoredDocument> found) {
        for (String id : ids) {
            String json = documents(collection).get(id);
            if (json != null) {
                found.accept(new StoredDocument(id, parsed(json)));
            }
        }
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> document(String collection, String id) {
        return Optional.ofNullable(documents(collection).get(id));
    }

    @Override
    public Optional<String> resolve(String collectionOrAlias) {
        return Optional.of(collectionOrAlias);
    }

    @Override
    public void create(String collection, List<SinkField> fields, boolean nested)
            throws SinkException, InterruptedException {
        halfway.check();
        journal.add("create " + collection);
        documents(collection);
        halfway.check();
    }

    @Override
    public void alter(String collection, List<SinkField> add, List<String> drop) throws SinkException {
        if (add.stream().map(SinkField::name).anyMatch(rejectedFields::contains)) {
            throw new SinkException(SinkException.Kind.FATAL, Sink.INCOMPATIBLE, "a field is refused", "", null);
        }
        nested.computeIfPresent(collection, (name, fields) -> {
            List<SinkField> left = new ArrayList<>(fields);
            left.removeIf(field -> drop.contains(field.name()));
            left.addAll(add);
            return List.copyOf(left);
        });
        journal.add(
                "alter " + collection + " +" + add.stream().map(SinkField::name).toList() + " -" + drop);
        SinkException failure = alterations.poll();
        if (failure != null) {
            throw failure;
        }
        altered.addAll(add);
    }

    @Override
    public void close() {}
}
