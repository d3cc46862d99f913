package dev.tidemark.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterGroups;
import dev.tidemark.deadletter.DeadLetterReview;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The routes under {@code /api/dead-letters}. */
final class DeadLetterApi {

    private static final int MOST = 1000;
    private static final int MOST_CHARACTERS = 4 << 20;
    private static final Set<String> FILTER = Set.of("collection", "error", "since", "until", "ids", "all");
    private static final Set<String> LIST = Set.of("collection", "error", "since", "until", "id", "limit");

    private static final int GROUPED = 20_000;
    private static final long GROUPED_CHARACTERS = 64L << 20;

    /** A listing reads complete files, so only one runs at a time. */
    private final Semaphore listing = new Semaphore(1);

    Answer list(Request request, Operations pipeline) throws HttpProblem, IOException {
        request.allow(LIST, Set.of());
        Map<String, String> query = request.query();
        DeadLetterFilter filter = new DeadLetterFilter(
                query.get("collection"),
                query.get("error"),
                time("since", query.get("since")),
                time("until", query.get("until")),
                query.containsKey("id") ? Set.of(query.get("id")) : Set.of());
        int limit = limit(query.getOrDefault("limit", "100"));
        if (!listing.tryAcquire()) {
            throw new HttpProblem(503, "the dead letters are being listed already", "try again when that is done");
        }
        try {
            return list(filter, limit, pipeline);
        } finally {
            listing.release();
        }
    }

    Answer reasons(Request request, Operations pipeline) throws HttpProblem, IOException {
        request.allow(Set.of(), Set.of());
        if (!listing.tryAcquire()) {
            throw new HttpProblem(503, "the dead letters are being listed already", "try again when that is done");
        }
        try {
            DeadLetterReview review = pipeline.deadLetterReview();
            DeadLetterGroups groups = review.groups(GROUPED, GROUPED_CHARACTERS);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("count", review.pending());
            answer.put("read", groups.read());
            answer.put(
                    "reasons",
                    groups.groups().stream().map(DeadLetterApi::group).toList());
            return Answer.json(200, answer);
        } finally {
            listing.release();
        }
    }

    private static Map<String, Object> group(DeadLetterGroups.Group of) {
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("collection", of.collection());
        group.put("table", of.example().table());
        group.put("field", of.reason().field());
        group.put("reason", of.reason().reason());
        group.put("hint", of.reason().hint());
        group.put("count", of.count());
        group.put("since", of.first().toString());
        group.put(
                "example",
                Map.of(
                        "id",
                        of.example().id(),
                        "key",
                        of.example().key(),
                        "error",
                        of.example().error(),
                        "time",
                        of.example().time().toString()));
        return group;
    }

    private static Answer list(DeadLetterFilter filter, int limit, Operations pipeline) throws IOException {
        List<Map<String, Object>> entries = new ArrayList<>();
        int[] left = {MOST_CHARACTERS};
        long count = pipeline.deadLetters(filter, limit, deadLetter -> {
            left[0] -= deadLetter.document().length();
            entries.add(entry(left[0] < 0 ? deadLetter.withoutDocument() : deadLetter, pipeline));
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("count", count);
        answer.put("entries", entries);
        return Answer.json(200, answer);
    }

    private static Map<String, Object> entry(DeadLetter deadLetter, Operations pipeline) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", deadLetter.id());
        entry.put("collection", deadLetter.collection());
        entry.put("table", deadLetter.table());
        entry.put("key", deadLetter.key());
        entry.put("operation", deadLetter.operation());
        entry.put("document", deadLetter.document());
        entry.put("error", deadLetter.error());
        entry.put("attempts", deadLetter.attempts());
        entry.put("position", pipeline.describe(deadLetter.position()));
        entry.put("committed", deadLetter.committed().toString());
        entry.put("time", deadLetter.time().toString());
        return entry;
    }

    Answer start(DeadLetterJob.Action action, Request request, Operations pipeline) throws HttpProblem {
        DeadLetterFilter filter = filter(request);
        if (action == DeadLetterJob.Action.REPLAY && pipeline.isPaused()) {
            throw new HttpProblem(409, "the pipeline is paused", "resume it first");
        }
        if (!pipeline.start(action, filter)) {
            throw new HttpProblem(
                    409,
                    "dead letters are being replayed or discarded already",
                    "GET /api/dead-letters/job shows its progress");
        }
        return Answer.json(202, progress(pipeline));
    }

    static Answer job(Operations pipeline) {
        return Answer.json(200, progress(pipeline));
    }

    private static Map<String, Object> progress(Operations pipeline) {
        Map<String, Object> answer = new LinkedHashMap<>();
        pipeline.job()
                .ifPresentOrElse(
                        job -> {
                            answer.put("action", job.action().name().toLowerCase(Locale.ROOT));
                            answer.put("running", job.running());
                            answer.put("selected", job.selected());
                            answer.put("settled", job.settled());
                            answer.put("refused", job.refused());
                            answer.put("unknown", job.unknown());
                            answer.put("error", job.error());
                        },
                        () -> answer.put("running", false));
        return answer;
    }

    private static DeadLetterFilter filter(Request request) throws HttpProblem {
        request.allow(Set.of(), FILTER);
        DeadLetterFilter filter = new DeadLetterFilter(
                request.text("collection"),
                request.text("error"),
                time("since", request.text("since")),
                time("until", request.text("until")),
                ids(request.body()));
        if (filter.isEmpty() != request.body().path("all").asBoolean(false)) {
            throw new HttpProblem(
                    400,
                    filter.isEmpty()
                            ? "nothing says which dead letters are meant"
                            : "'all' is given alongside a filter",
                    "give 'collection', 'error', 'since', 'until' or 'ids', or nothing but 'all': true");
        }
        return filter;
    }

    private static Set<String> ids(ObjectNode body) throws HttpProblem {
        JsonNode ids = body.path("ids");
        if (ids.isMissingNode()) {
            return Set.of();
        }
        if (!ids.isArray()
                || ids.isEmpty()
                || !StreamSupport.stream(ids.spliterator(), false).allMatch(JsonNode::isTextual)) {
            throw new HttpProblem(400, "'ids' is not a list of texts", "such as [\"1\", \"2\"]");
        }
        return Set.copyOf(StreamSupport.stream(ids.spliterator(), false)
                .map(JsonNode::textValue)
                .distinct()
                .toList());
    }

    private static @Nullable Instant time(String name, @Nullable String text) throws HttpProblem {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new HttpProblem(400, "'" + name + "' is not a time", "such as 2026-01-31T17:00:00Z");
        }
    }

    private static int limit(String text) throws HttpProblem {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // rejected below
        }
        throw new HttpProblem(400, "'limit' is not a number from 1 to " + MOST, "such as 100");
    }
}
