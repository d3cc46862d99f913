package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tidemark log-level}. */
@Command(
        name = "log-level",
        description = "Prints the log level of the running service, or sets it until its next start.")
public final class LogLevelCommand extends ServiceCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "LEVEL",
            description = "trace, debug, info, warn, error or off; without one it is only printed")
    private @Nullable String level;

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        return level == null ? client.get("/api/log-level") : client.put("/api/log-level", body().put("level", level));
    }

    @Override
    String words(Config config, JsonNode answer) {
        return answer.path("level").asText();
    }
}
