package dev.tidemark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What commands that ask a running service have in common: its configuration, and how its answer is printed. */
final class ServiceCall {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "print the service's answer as JSON")
    private boolean json;

    /** One exchange with the service. */
    @FunctionalInterface
    interface Call {
        JsonNode with(AdminClient client) throws IOException, InterruptedException;
    }

    /** An answer in words. */
    @FunctionalInterface
    interface Words {
        String of(Config config, JsonNode answer);
    }

    static ObjectNode body() {
        return new ObjectMapper().createObjectNode();
    }

    /** The text to print. */
    String run(Call call, Words words) throws IOException, InterruptedException {
        Config loaded = config.settings();
        JsonNode answer = call.with(AdminClient.connect(loaded));
        return json ? answer.toString() : words.of(loaded, answer);
    }
}
