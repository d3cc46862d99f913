package dev.tidemark.sink.typesense;

import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.Updated;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Paths;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes documents, a few megabytes at a time: a server receives the full body before it indexes any of it, and short
 * requests keep its write lag low. One request after the other, so that none overtakes another (invariant 2).
 */
final class Importer {

    static final int LINES = 5_000;
    static final int BYTES = 4 * 1024 * 1024;

    private final Cluster cluster;

    Importer(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Writes all documents. If it throws, the caller cannot know which were written: send all of them again. */
    List<Rejection> upsert(String collection, List<Document> documents) throws SinkException, InterruptedException {
        Import of = new Import(collection, Paths.upsert(collection), documents);
        of.run();
        // Upserts miss nothing: a document that the server reports as missing was rejected like any other.
        for (Rejection rejection : of.missing) {
            of.rejections.add(rejection);
        }
        return of.rejections;
    }

    /** Writes fields of the documents that exist. If it throws, the same applies as for {@link #upsert}. */
    Updated update(String collection, List<Document> documents) throws SinkException, InterruptedException {
        Import of = new Import(collection, Paths.update(collection), documents);
        of.run();
        return new Updated(
                of.rejections, of.missing.stream().map(Rejection::index).toList());
    }

    /** The requests of one call, one after the other, and their results. */
    private final class Import {
        private final String collection;
        private final String path;
        private final List<Document> documents;
        private final List<Rejection> rejections = new ArrayList<>();
        private final List<Rejection> missing = new ArrayList<>();

        private Import(String collection, String path, List<Document> documents) {
            this.collection = collection;
            this.path = path;
            this.documents = documents;
        }

        private void run() throws SinkException, InterruptedException {
            int from = 0;
            while (from < documents.size()) {
                int to = end(documents, from);
                send(from, to);
                from = to;
            }
        }

        private void send(int from, int to) throws SinkException, InterruptedException {
            Answer answer = cluster.write(
                    collection,
                    new Call("POST", path, BodyPublishers.ofByteArray(body(documents, from, to)), cluster.timeout()));
            if (answer.ok()) {
                collect(answer, from, to);
            } else if (answer.status() == 404) {
                throw cluster.missingFailure(collection);
            } else if (to - from == 1) {
                rejections.add(new Rejection(from, answer.status() + ": " + reason(answer)));
            } else {
                // One document must not hold the others back: it is found by splitting into halves.
                int middle = (from + to) >>> 1;
                send(from, middle);
                send(middle, to);
            }
        }

        private void collect(Answer answer, int from, int to) throws SinkException {
            ImportResponse response = ImportResponse.parse(answer.body(), to - from);
            if (response.damage() != null) {
                throw cluster.damaged(collection, answer, response.damage());
            }
            if (response.failure() != null) {
                throw new SinkException(
                        Kind.RETRYABLE,
                        Failures.OUT_OF_RESOURCES,
                        answer.call() + " on " + answer.node() + ": " + response.failure(),
                        "Check Typesense's log, disk and memory",
                        null);
            }
            for (Rejection rejection : response.rejections()) {
                rejections.add(new Rejection(from + rejection.index(), rejection.error()));
            }
            for (Rejection absent : response.missing()) {
                missing.add(new Rejection(from + absent.index(), absent.error()));
            }
        }
    }

    /** Returns the end of the request that begins at {@code from}; a document larger than a request goes alone. */
    private static int end(List<Document> documents, int from) {
        long bytes = documents.get(from).json().length;
        int to = from + 1;
        while (to < documents.size() && to - from < LINES) {
            bytes += 1 + documents.get(to).json().length;
            if (bytes > BYTES) {
                break;
            }
            to++;
        }
        return to;
    }

    private static String reason(Answer answer) {
        String words = answer.message();
        return words.isEmpty() ? answer.excerpt() : words;
    }

    /** Returns one buffer of the right size: of an iterable the client would not know the length, and would send it chunked. */
    private static byte[] body(List<Document> documents, int from, int to) {
        int length = to - from - 1;
        for (Document document : documents.subList(from, to)) {
            length = Math.addExact(length, document.json().length);
        }
        byte[] body = new byte[length];
        int at = 0;
        for (Document document : documents.subList(from, to)) {
            byte[] json = document.json();
            requireOneLine(document);
            if (at > 0) {
                body[at++] = '\n';
            }
            System.arraycopy(json, 0, body, at, json.length);
            at += json.length;
        }
        return body;
    }

    /** Checks that a document is one line: one of no line or of two would shift every result behind it to its neighbour. */
    private static void requireOneLine(Document document) {
        byte[] json = document.json();
        boolean object = json.length > 1 && json[0] == '{';
        for (int i = 0; object && i < json.length; i++) {
            object = json[i] != '\n';
        }
        if (!object) {
            throw new IllegalArgumentException("the document " + document.id() + " is not one line of a JSON object");
        }
    }
}
