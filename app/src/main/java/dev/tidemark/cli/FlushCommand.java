package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tidemark flush}. */
@Command(name = "flush", description = "Lets the running service write at once what it has received.")
public final class FlushCommand extends ServiceCommand {

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        return client.post("/api/flush", body());
    }

    @Override
    String words(Config config, JsonNode answer) {
        return config.name() + ": "
                + (answer.path("durable").asBoolean()
                        ? "everything that was received is written"
                        : "not all of it is written yet, or it is received once more after the connection was lost: try again;"
                                + " /health/ready says what is waited for");
    }
}
