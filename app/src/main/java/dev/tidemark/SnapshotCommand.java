package dev.tidemark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark snapshot}. */
@Command(
        name = "snapshot",
        description =
                "Lets the running service read one table again while it goes on with changes, write all of its documents"
                        + " and delete those whose row is gone.")
final class SnapshotCommand extends ServiceCommand {

    @Option(names = "--table", required = true, paramLabel = "SCHEMA.TABLE", description = "the table")
    private String table = "";

    @Option(names = "--stop", description = "give up the one that waits or runs")
    private boolean stop;

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        ObjectNode of = body().put("table", table);
        return client.post(stop ? "/api/snapshot/stop" : "/api/snapshot", of);
    }

    @Override
    String words(Config config, JsonNode answer) {
        if (stop) {
            return config.name() + ": the snapshot of " + table + " is given up; what it has written stays";
        }
        long rows = answer.path("estimatedRows").asLong(-1);
        return config.name() + ": " + table + (rows < 0 ? "" : ", about " + rows + " rows,")
                + " is being read again; the status page and /api/status tell how far that is";
    }
}
