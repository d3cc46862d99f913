package dev.tidemark.admin;

import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.load.TableSnapshots;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The routes under {@code /api/snapshot}. */
final class SnapshotApi {

    private static final String FOLLOW = "GET /api/status shows its progress";

    private SnapshotApi() {}

    static Answer start(Request request, Operations pipeline) throws HttpProblem, IOException {
        SnapshotTables known = pipeline.snapshotTables();
        TableId table = table(request, known);
        if (pipeline.isPaused()) {
            throw new HttpProblem(409, "the pipeline is paused", "resume it first");
        }
        long rows = known.estimate().applyAsLong(table);
        switch (pipeline.snapshots().request(table, rows)) {
            case TWICE -> throw new HttpProblem(409, "a snapshot of " + table + " waits or runs already", FOLLOW);
            case INITIAL ->
                throw new HttpProblem(409, "the snapshot of all tables runs, and " + table + " is one of them", FOLLOW);
            case ACCEPTED -> {
                // answered below
            }
        }
        return Answer.json(202, Map.of("table", table.toString(), "state", "accepted", "estimatedRows", rows));
    }

    static Answer stop(Request request, Operations pipeline) throws HttpProblem, IOException {
        TableId table = table(request, pipeline.snapshotTables());
        TableSnapshots all = pipeline.snapshots();
        if (!all.stop(table)) {
            throw new HttpProblem(409, "no snapshot of " + table + " waits or runs", FOLLOW);
        }
        return Answer.json(200, Map.of("table", table.toString(), "state", "stopped"));
    }

    private static TableId table(Request request, SnapshotTables known) throws HttpProblem {
        request.allow(Set.of(), Set.of("table"));
        String name = request.text("table");
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
                    "request a snapshot of " + root + ", which reads " + name + " for each of its documents");
        }
        throw new HttpProblem(404, "no document comes from table '" + name + "'", hint(name, known, names));
    }

    private static String hint(String name, SnapshotTables known, List<String> names) {
        return known.tables().stream()
                .filter(table -> table.table().equals(name))
                .map(table -> "did you mean '" + table + "'?")
                .findFirst()
                .orElseGet(() -> Suggestion.hint(name, names));
    }
}
