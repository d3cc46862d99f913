package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.sink.FoundDocument;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.StoredDocument;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.BodyReader;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Json;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.sink.typesense.http.TransportException;
import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams the ids of a collection, or some fields as well, holding one piece of the answer at a time. The deadline is about
 * progress: no byte for the length of the timeout. Fewer ids than documents are an error: a sweep would leave documents that it
 * never saw.
 */
final class IdExport {

    private final Cluster cluster;
    private final Collections collections;

    IdExport(Cluster cluster, Collections collections) {
        this.cluster = cluster;
        this.collections = collections;
    }

    /** Hands over every id; if it throws, some were handed over and the rest is unknown. */
    void all(String collection, Consumer<String> ids) throws SinkException, InterruptedException {
        all(collection, Paths.export(collection), (id, document) -> ids.accept(id));
    }

    /** Hands over those fields of every document that a filter matches; of every one if there is none. */
    void fields(String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found)
            throws SinkException, InterruptedException {
        String path = Paths.export(collection, filter, fields);
        LineTaker lines = (id, document) -> found.accept(new FoundDocument(id, values(document, fields)));
        if (filter == null) {
            all(collection, path, lines);
        } else {
            awaitWrites(collection);
            stream(collection, path, Long.MAX_VALUE, lines);
        }
    }

    /** Hands over every document with all of its fields. */
    void documents(String collection, Consumer<StoredDocument> found) throws SinkException, InterruptedException {
        all(
                collection,
                Paths.exportDocuments(collection, null),
                (id, document) -> found.accept(new StoredDocument(id, document)));
    }

    /** Hands over those of the documents that exist: many in one request, and one by one if a filter cannot hold their ids. */
    void documents(String collection, List<String> ids, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException {
        awaitWrites(collection);
        DeleteFilter split =
                DeleteFilter.of(ids, Paths.exportDocuments(collection, "x").length());
        for (DeleteFilter.Group group : split.filters()) {
            stream(
                    collection,
                    Paths.exportDocuments(collection, group.filter()),
                    Long.MAX_VALUE,
                    (id, document) -> found.accept(new StoredDocument(id, document)));
        }
        single(collection, split.single(), found);
    }

    /** Reads documents one by one; from an export of all if the key is not permitted to do that, as the service's key is not. */
    private void single(String collection, List<String> ids, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException {
        Set<String> left = new HashSet<>(ids);
        for (String id : ids) {
            Answer answer;
            try {
                answer = cluster.read(Call.get(Paths.document(collection, id), cluster.timeout()));
            } catch (SinkException e) {
                if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                    throw e;
                }
                documents(collection, document -> {
                    if (left.remove(document.id())) {
                        found.accept(document);
                    }
                });
                return;
            }
            left.remove(id);
            if (answer.ok()) {
                found.accept(new StoredDocument(id, answer.json()));
            } else if (answer.status() != 404) {
                throw Failures.rejected(answer, "See Typesense's log.");
            }
        }
    }

    /** Waits until our earlier writes are done, and what they wrote is loaded. */
    private void awaitWrites(String collection) throws SinkException, InterruptedException {
        cluster.settleAgain(collection);
    }

    private static Map<String, List<String>> values(JsonNode document, List<String> fields) {
        Map<String, List<String>> values = new HashMap<>();
        for (String field : fields) {
            JsonNode value = document.path(field);
            if (value.isArray()) {
                List<String> elements = new ArrayList<>();
                value.forEach(element -> elements.add(element.asText()));
                values.put(field, elements);
            } else if (value.isValueNode() && !value.isNull()) {
                values.put(field, List.of(value.asText()));
            }
        }
        return values;
    }

    private void all(String collection, String path, LineTaker lines) throws SinkException, InterruptedException {
        awaitWrites(collection); // Half a collection looks complete.
        long before = collections.require(collection).documents();
        long seen = stream(collection, path, Long.MAX_VALUE, lines);
        // The smaller of two counts: another client may write meanwhile.
        long expected = Math.min(before, collections.require(collection).documents());
        if (seen < expected) {
            throw cluster.unsettled(
                    "exported " + seen + " ids of \"" + collection + "\", which has " + expected + " documents");
        }
    }

    /** Hands over at most {@code limit} ids, whichever come first. */
    void first(String collection, long limit, Consumer<String> ids) throws SinkException, InterruptedException {
        stream(collection, Paths.export(collection), limit, (id, document) -> ids.accept(id));
    }

    private long stream(String collection, String path, long limit, LineTaker lines)
            throws SinkException, InterruptedException {
        Call call = Call.get(path, cluster.timeout());
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = cluster.stream(call, BodyHandlers.ofPublisher());
        URI node =
                URI.create(response.uri().getScheme() + "://" + response.uri().getRawAuthority());
        try (BodyReader reader = new BodyReader(response.body(), cluster.timeout())) {
            if (response.statusCode() != 200) {
                throw failure(collection, new Answer(node, call, response.statusCode(), reader.rest()));
            }
            return new Lines(node, call, lines).read(reader, limit);
        } catch (TimeoutException e) {
            throw cluster.broken(node, new TransportException(Stage.TIMEOUT, node, call, e));
        } catch (IOException e) {
            throw cluster.broken(node, new TransportException(Stage.BROKEN, node, call, e));
        }
    }

    private SinkException failure(String collection, Answer answer) throws SinkException, InterruptedException {
        SinkException failure = Failures.of(answer);
        if (failure != null) {
            return failure;
        }
        return answer.status() == 404
                ? cluster.missingFailure(collection)
                : Failures.rejected(answer, "Check Typesense's log");
    }

    /** Takes a document's id, and what was exported of it. */
    private interface LineTaker {
        void take(String id, JsonNode document);
    }

    /** Assembles lines from pieces. */
    private static final class Lines {

        /** Line that 30 writes instead of a document that was deleted during the export; it is not JSON. */
        private static final byte[] DELETED = "Error while getting seq_id of `".getBytes(StandardCharsets.UTF_8);

        private final URI node;
        private final Call call;
        private final LineTaker taker;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long count;

        Lines(URI node, Call call, LineTaker taker) {
            this.node = node;
            this.call = call;
            this.taker = taker;
        }

        long read(BodyReader reader, long limit)
                throws SinkException, IOException, TimeoutException, InterruptedException {
            List<ByteBuffer> piece = reader.next();
            while (!piece.isEmpty()) {
                for (ByteBuffer buffer : piece) {
                    while (buffer.hasRemaining()) {
                        byte b = buffer.get();
                        if (b != '\n') {
                            line.write(b);
                        } else if (endLine() == limit) {
                            return count;
                        }
                    }
                }
                piece = reader.next();
            }
            return endLine(); // The last line has no end.
        }

        private static boolean startsWith(byte[] line, byte[] start) {
            return line.length >= start.length && Arrays.equals(line, 0, start.length, start, 0, start.length);
        }

        private long endLine() throws SinkException {
            if (line.size() == 0) {
                return count;
            }
            byte[] bytes = line.toByteArray();
            line.reset();
            if (startsWith(bytes, DELETED)) {
                return count;
            }
            JsonNode document = Json.parse(bytes, 0, bytes.length);
            JsonNode id = document.path("id");
            if (!id.isTextual()) {
                throw Failures.damaged(new Answer(node, call, 200, bytes), "it is not a document with an id");
            }
            taker.take(id.asText(), document);
            return ++count;
        }
    }
}
