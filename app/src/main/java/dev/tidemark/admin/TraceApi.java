package dev.tidemark.admin;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.trace.TraceBuffer;
import dev.tidemark.trace.TraceEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The route {@code /api/trace}: the outcome of a row's last changes. */
final class TraceApi {

    private static final int MOST = 200;

    private TraceApi() {}

    static Answer answer(Request request, Operations pipeline) throws HttpProblem {
        request.allow(Set.of("table", "key"), Set.of());
        String name = needed(request, "table", "such as table=public.products");
        String key = needed(request, "key", "the row's key, or its document's id, such as key=42");
        TableId table = pipeline.tables().stream()
                .filter(known -> known.toString().equals(name))
                .findFirst()
                .orElse(null);
        if (table == null) {
            throw new HttpProblem(
                    404,
                    "no document comes from rows of '" + name + "'",
                    "there are documents of " + pipeline.tables());
        }
        RowTraces.Trace trace = pipeline.trace(table, key, MOST);
        TraceBuffer.Held held = trace.held();
        List<Map<String, Object>> entries = new ArrayList<>();
        held.entries().forEach(entry -> entries.add(entry(entry, pipeline)));
        trace.waiting().forEach(entry -> entries.add(entry(entry, pipeline)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("table", name);
        answer.put("key", key);
        answer.put("since", time(held.sinceMillis()));
        answer.put("more", held.more());
        answer.put("sentAgain", sentAgain(held.cleared()));
        answer.put("entries", entries);
        return Answer.json(200, answer);
    }

    private static String needed(Request request, String parameter, String hint) throws HttpProblem {
        String value = request.query().getOrDefault(parameter, "");
        if (value.isEmpty()) {
            throw new HttpProblem(400, "'" + parameter + "' is missing", hint);
        }
        return value;
    }

    private static Map<String, Object> entry(TraceEntry entry, Operations pipeline) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("operation", entry.operation().name().toLowerCase(Locale.ROOT));
        json.put("cause", entry.cause() == null ? null : entry.cause().toString());
        json.put("collection", entry.collection());
        json.put("id", entry.id());
        json.put("position", entry.position() == 0 ? null : pipeline.describe(entry.position()));
        json.put("committed", time(entry.committedMillis()));
        json.put("received", time(entry.receivedMillis()));
        json.put("batch", entry.batch() == 0 ? null : entry.batch());
        json.put("taken", time(entry.takenMillis()));
        json.put("done", time(entry.doneMillis()));
        json.put("outcome", entry.outcome().name().toLowerCase(Locale.ROOT));
        json.put("words", entry.outcome().words());
        json.put("note", entry.note());
        return json;
    }

    private static @Nullable Map<String, Object> sentAgain(TraceBuffer.@Nullable Cleared cleared) {
        return cleared == null
                ? null
                : Map.of("time", Instant.ofEpochMilli(cleared.millis()).toString(), "changes", cleared.changes());
    }

    private static @Nullable String time(long millis) {
        return millis <= 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
