package dev.tidemark.admin;

import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.load.Loads;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes under {@code /api/loads}, and those under {@code /api/snapshot}, which are their old names. */
final class LoadApi {

    private static final String FOLLOW = "GET /api/loads shows all loads";

    private LoadApi() {}

    static Answer list(Request request, Operations pipeline) throws HttpProblem {
        request.allow(Set.of(), Set.of());
        return Answer.json(
                200,
                Map.of(
                        "loads",
                        pipeline.snapshots().progress().stream()
                                .map(Loads.Progress::status)
                                .toList()));
    }

    static Answer start(Request request, Operations pipeline) throws HttpProblem, IOException {
        LoadableTables known = pipeline.loadableTables();
        TableId table = table(inBody(request), known);
        if (pipeline.isPaused()) {
            throw new HttpProblem(409, "the pipeline is paused", "resume it first");
        }
        long rows = known.estimate().applyAsLong(table);
        switch (pipeline.snapshots().request(table, rows)) {
            case TWICE -> throw new HttpProblem(409, "a load of " + table + " waits or runs already", FOLLOW);
            case ACCEPTED -> {
                // answered below
            }
        }
        return Answer.json(202, Map.of("table", table.toString(), "state", "accepted", "estimatedRows", rows));
    }

    static Answer cancel(Request request, Operations pipeline) throws HttpProblem, IOException {
        request.allow(Set.of(), Set.of());
        return stop(request.last(), pipeline);
    }

    static Answer stop(Request request, Operations pipeline) throws HttpProblem, IOException {
        return stop(inBody(request), pipeline);
    }

    private static Answer stop(@Nullable String name, Operations pipeline) throws HttpProblem, IOException {
        TableId table = table(name, pipeline.loadableTables());
        if (!pipeline.snapshots().stop(table)) {
            throw new HttpProblem(409, "no load of " + table + " waits or runs", FOLLOW);
        }
        return Answer.json(200, Map.of("table", table.toString(), "state", "stopped"));
    }

    private static @Nullable String inBody(Request request) throws HttpProblem {
        request.allow(Set.of(), Set.of("table"));
        return request.text("table");
    }

    private static TableId table(@Nullable String name, LoadableTables known) throws HttpProblem {
        List<String> names =
                known.tables().stream().map(TableId::toString).sorted().toList();
        if (name == null) {
            throw new HttpProblem(
                    400, "nothing says which table is meant", "give 'table': one of " + String.join(", ", names));
        }
        for (TableId table : known.tables()) {
            if (table.toString().equals(name)) {
                return table;
            }
        }
        TableId root = known.parts().entrySet().stream()
                .filter(part -> part.getKey().toString().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        if (root != null) {
            throw new HttpProblem(
                    400,
                    "no document comes from " + name + " alone: it is joined to those of " + root,
                    "request a load of " + root + ", which reads " + name + " for each of its documents");
        }
        throw new HttpProblem(404, "no document comes from table '" + name + "'", hint(name, known, names));
    }

    private static String hint(String name, LoadableTables known, List<String> names) {
        return known.tables().stream()
                .filter(table -> table.table().equals(name))
                .map(table -> "did you mean '" + table + "'?")
                .findFirst()
                .orElseGet(() -> Suggestion.hint(name, names));
    }
}
