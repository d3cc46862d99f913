package dev.tidemark.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.KeyTexts;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.load.RowSelection;
import dev.tidemark.load.RowSelector.InvalidSelectionException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes under {@code /api/loads}, and those under {@code /api/snapshot}, which are their old names. */
final class LoadApi {

    private static final String FOLLOW = "GET /api/loads shows all loads";

    private static final ObjectMapper JSON = new ObjectMapper();

    private LoadApi() {}

    static Answer list(Request request, Operations pipeline) throws HttpProblem {
        request.allow(Set.of(), Set.of());
        return Answer.json(
                200,
                Map.of(
                        "loads",
                        pipeline.snapshots().progress().stream()
                                .map(LoadApi::form)
                                .toList()));
    }

    /** Returns a load as the status shows it, and which rows it reads: a condition may contain values of rows. */
    private static JsonNode form(Loads.Progress load) {
        ObjectNode form = JSON.valueToTree(load.status());
        RowSelection selection = load.selection();
        if (selection.where() != null) {
            form.put("where", selection.where());
        }
        if (!selection.from().isEmpty()) {
            form.put("from", KeyTexts.join(selection.from()));
        }
        return form;
    }

    static Answer start(Request request, Operations pipeline) throws HttpProblem, IOException {
        request.allow(Set.of(), Set.of("table", "where", "from"));
        LoadableTables known = pipeline.loadableTables();
        TableId table = table(request.text("table"), known);
        if (pipeline.isPaused()) {
            throw new HttpProblem(409, "the pipeline is paused", "resume it first");
        }
        RowSelection selection = selection(request, table, known);
        long rows = known.estimate().applyAsLong(table);
        Optional<Load> pending = pipeline.snapshots().request(table, selection, rows);
        if (pending.isPresent()) {
            throw isPending(pending.get(), selection);
        }
        return Answer.json(202, Map.of("table", table.toString(), "state", "accepted", "estimatedRows", rows));
    }

    private static RowSelection selection(Request request, TableId table, LoadableTables known) throws HttpProblem {
        try {
            return known.selector().of(table, request.text("where"), request.text("from"));
        } catch (InvalidSelectionException e) {
            throw new HttpProblem(400, String.valueOf(e.getMessage()), e.hint());
        } catch (SourceException e) {
            throw new HttpProblem(503, "the request cannot be checked with the database: " + e.getMessage(), e.hint());
        }
    }

    /** Returns the answer to a request of a table of which a load waits or runs: two are never joined to one. */
    private static HttpProblem isPending(Load load, RowSelection requested) {
        String message = "a load of " + load.table() + " waits or runs already";
        if (load.selection().isPart()) {
            return new HttpProblem(
                    409,
                    message + ", of a part of its rows",
                    requested.isPart() ? "wait for its end, or cancel it" : "cancel it to load all rows");
        }
        return new HttpProblem(
                409,
                message + " (cause: " + load.cause().name().toLowerCase(Locale.ROOT) + ")"
                        + (requested.isPart() ? ": it reads all rows, those that were requested, too" : ""),
                FOLLOW);
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
