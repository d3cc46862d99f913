package dev.tidemark;

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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collections as they are created and altered, without documents to write; each holds as many as a test says. */
public class GoldenSink implements Sink {

    private final Map<String, CollectionInfo> collections = new TreeMap<>();
    private final Map<String, String> aliases = new TreeMap<>();

    /** What was altered, a line each. */
    public final List<String> altered = new ArrayList<>();

    /** Each collection holds so many documents from now on. */
    public void fill(long documents) {
        collections.keySet().forEach(name -> fill(name, documents));
    }

    /** That collection holds so many documents from now on. */
    public void fill(String collection, long documents) {
        collections.computeIfPresent(
                collection,
                (name, there) -> new CollectionInfo(
                        name,
                        there.fields(),
                        there.nested(),
                        there.defaultSortingField(),
                        documents,
                        there.createdAt()));
    }

    /** The collection is deleted. */
    public void drop(String collection) {
        collections.remove(collection);
    }

    /** The collection is deleted and created again, with as many documents. */
    public void replace(String collection) {
        collections.computeIfPresent(
                collection,
                (name, there) -> new CollectionInfo(
                        name,
                        there.fields(),
                        there.nested(),
                        there.defaultSortingField(),
                        there.documents(),
                        there.createdAt() + 60));
    }

    /** The alias leads to the collection from now on. */
    public void alias(String alias, String collection) {
        aliases.put(alias, collection);
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
    public void settle() throws SinkException {}

    @Override
    public Optional<CollectionInfo> find(String collectionOrAlias) {
        return Optional.ofNullable(collections.get(aliases.getOrDefault(collectionOrAlias, collectionOrAlias)));
    }

    @Override
    public void create(String collection, List<SinkField> fields, boolean nested) {
        collections.put(collection, new CollectionInfo(collection, fields, nested, null, 0, 1_767_323_045));
    }

    @Override
    public void alter(String collection, List<SinkField> add, List<String> drop) {
        altered.add(collection + " +" + add + " -" + drop);
    }

    @Override
    public List<Rejection> upsert(String collection, List<Document> documents) {
        throw new UnsupportedOperationException("nothing is written");
    }

    @Override
    public Updated update(String collection, List<Document> documents) {
        throw new UnsupportedOperationException("nothing is written");
    }

    @Override
    public void delete(String collection, List<String> ids) {
        throw new UnsupportedOperationException("nothing is deleted");
    }

    @Override
    public long deleteBy(String collection, String filter) {
        throw new UnsupportedOperationException("nothing is deleted");
    }

    @Override
    public void truncate(String collection) {
        throw new UnsupportedOperationException("nothing is deleted");
    }

    @Override
    public void exportIds(String collection, Consumer<String> ids) {
        throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public void exportFields(
            String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found) {
        throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public void exportDocuments(String collection, Consumer<StoredDocument> found) {
        throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public void documents(String collection, List<String> ids, Consumer<StoredDocument> found) {
        throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public Optional<String> document(String collection, String id) {
        return Optional.empty();
    }

    @Override
    public Map<String, Seen> look(Collection<String> names) {
        Map<String, Seen> seen = new HashMap<>();
        names.forEach(name ->
                find(name).ifPresent(there -> seen.put(name, new Seen(there.createdAt(), there.documents()))));
        return seen;
    }

    @Override
    public Optional<CollectionInfo> prove(String collection) {
        return find(collection);
    }

    @Override
    public Optional<String> resolve(String collectionOrAlias) {
        return find(collectionOrAlias).map(CollectionInfo::name);
    }

    @Override
    public void close() {}
}
