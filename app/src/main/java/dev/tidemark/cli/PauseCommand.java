package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tidemark pause}. */
@Command(
        name = "pause",
        description = "Lets the running service write nothing until it is resumed, also after a restart.")
public final class PauseCommand extends ServiceCommand {

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        return client.post("/api/pause", body());
    }

    @Override
    String words(Config config, JsonNode answer) {
        return config.name() + " is paused"
                + (answer.path("atRest").asBoolean() ? "" : "; the flush in flight is not done yet");
    }
}
