package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tidemark resume}. */
@Command(name = "resume", description = "Lets a paused service continue.")
public final class ResumeCommand extends ServiceCommand {

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        return client.post("/api/resume", body());
    }

    @Override
    String words(Config config, JsonNode answer) {
        return config.name() + " continues";
    }
}
