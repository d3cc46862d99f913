package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.TransportException.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Streams the ids of a collection, holding one piece of the answer at a time. The deadline is about progress: no byte for
 * the length of the timeout. Fewer ids than documents are an error: a sweep would leave documents that it never saw.
 */
final class IdExport {

    private final Cluster cluster;
    private final Collections collections;

    IdExport(Cluster cluster, Collections collections) {
        this.cluster = cluster;
        this.collections = collections;
    }

    /** Hands over every id; where it throws, some were handed over and the rest is unknown. */
    void all(String collection, Consumer<String> ids) throws SinkException, InterruptedException {
        cluster.settleAnew(); // Half a collection looks complete.
        long before = collections.require(collection).documents();
        long seen = stream(collection, Long.MAX_VALUE, ids);
        // The smaller of two counts: somebody else may write meanwhile.
        long expected = Math.min(before, collections.require(collection).documents());
        if (seen < expected) {
            throw cluster.unsettled(
                    "exported " + seen + " ids of \"" + collection + "\", which has " + expected + " documents");
        }
    }

    /** Hands over at most {@code limit} ids, whichever come first. */
    void first(String collection, long limit, Consumer<String> ids) throws SinkException, InterruptedException {
        stream(collection, limit, ids);
    }

    private long stream(String collection, long limit, Consumer<String> ids)
            throws SinkException, InterruptedException {
        Call call = Call.get(Paths.export(collection), cluster.timeout());
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = cluster.stream(call, BodyHandlers.ofPublisher());
        URI node =
                URI.create(response.uri().getScheme() + "://" + response.uri().getRawAuthority());
        try (BodyReader reader = new BodyReader(response.body(), cluster.timeout())) {
            if (response.statusCode() != 200) {
                throw failure(collection, new Answer(node, call, response.statusCode(), reader.rest()));
            }
            return new Lines(node, call, ids).read(reader, limit);
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
                : Failures.refused(answer, "Look at Typesense's log");
    }

    /** Puts lines together from pieces. */
    private static final class Lines {

        private final URI node;
        private final Call call;
        private final Consumer<String> ids;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long count;

        Lines(URI node, Call call, Consumer<String> ids) {
            this.node = node;
            this.call = call;
            this.ids = ids;
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

        private long endLine() throws SinkException {
            if (line.size() == 0) {
                return count;
            }
            byte[] bytes = line.toByteArray();
            line.reset();
            JsonNode id = Json.parse(bytes, 0, bytes.length).path("id");
            if (!id.isTextual()) {
                throw Failures.damaged(new Answer(node, call, 200, bytes), "it is not a document with an id");
            }
            ids.accept(id.asText());
            return ++count;
        }
    }
}
