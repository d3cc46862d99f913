package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidemark load}; {@code snapshot} is its old name. */
@Command(
        name = "load",
        aliases = "snapshot",
        description = {
            "Lets the running service read one table again while it continues with changes, write all of its documents"
                    + " and delete those whose row is gone. With --where or --from it reads only a part of the rows, and deletes"
                    + " nothing that it did not read.",
            "With --wait it ends with 0 once that is done, and with 1 if it failed or was canceled."
        })
public final class LoadCommand extends ServiceCommand {

    private static final long APART_MILLIS = 500;

    /** The states in which it has ended. */
    private static final Set<String> ENDED = Set.of("done", "failed", "stopped");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--table", required = true, paramLabel = "SCHEMA.TABLE", description = "the table")
    private String table = "";

    @Option(
            names = "--where",
            paramLabel = "SQL",
            description =
                    "read only the rows that this condition over the table's columns selects; nothing is deleted at the end")
    private @Nullable String where;

    @Option(
            names = "--from",
            paramLabel = "KEY",
            description =
                    "read only the rows from this key on, itself included: the values of the key's columns joined with ':', as"
                            + " in ids; nothing is deleted at the end")
    private @Nullable String from;

    @Option(
            names = {"--cancel", "--stop"},
            description = "end the load that waits or runs; --stop is the old name")
    private boolean cancel;

    @Option(names = "--wait", description = "wait until it has ended; a restart of the service is waited for, too")
    private boolean wait;

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        if (cancel && (where != null || from != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--where and --from do not go with --cancel, which ends the load of the table");
        }
        if (cancel) {
            // A space is %20 in a path.
            return client.delete("/api/loads/"
                    + URLEncoder.encode(table, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        ObjectNode request = body().put("table", table);
        if (where != null) {
            request.put("where", where);
        }
        if (from != null) {
            request.put("from", from);
        }
        JsonNode accepted = client.post("/api/loads", request);
        return wait ? awaitEnd(client) : accepted;
    }

    private JsonNode awaitEnd(AdminClient client) throws InterruptedException {
        while (true) {
            TimeUnit.MILLISECONDS.sleep(APART_MILLIS);
            JsonNode status;
            try {
                status = client.get("/api/status");
            } catch (IOException e) {
                continue; // it is restarted, or will be; Ctrl-C ends the waiting
            }
            JsonNode found = body().put("table", table).put("state", "unknown");
            for (JsonNode each : status.path("loads")) {
                found = each.path("table").asText().equals(table) ? each : found;
            }
            String state = found.path("state").asText();
            // A service that starts has not read its record yet.
            boolean gone =
                    state.equals("unknown") && !status.path("state").asText().equals("starting");
            if (gone || ENDED.contains(state)) {
                return found;
            }
        }
    }

    @Override
    int rejected(int status) {
        return status == 404 || status == 400 ? ExitCode.REJECTED : ExitCode.FAILED; // no such table
    }

    @Override
    int code(JsonNode answer) {
        return !wait || cancel || answer.path("state").asText().equals("done") ? ExitCode.DONE : ExitCode.FAILED;
    }

    @Override
    String words(Config config, JsonNode answer) {
        if (cancel) {
            return config.name() + ": the load of " + table + " was canceled; what it has written stays";
        }
        if (wait) {
            return config.name() + ": " + ended(answer);
        }
        long rows = answer.path("estimatedRows").asLong(-1);
        if (where != null || from != null) {
            return config.name() + ": the selected rows of " + table
                    + " are being reloaded; tidemark status shows the progress";
        }
        return config.name() + ": " + table + (rows < 0 ? "" : ", about " + rows + " rows,")
                + " is being reloaded; tidemark status shows the progress";
    }

    private String ended(JsonNode answer) {
        return switch (answer.path("state").asText()) {
            case "done" -> table + " was reloaded, " + answer.path("rows").asLong() + " rows";
            case "failed" ->
                "the load of " + table + " failed: " + answer.path("problem").asText("see the log");
            case "stopped" -> "the load of " + table + " was canceled";
            default -> "the load of " + table + " has ended, and the service was restarted since: its log shows how";
        };
    }
}
