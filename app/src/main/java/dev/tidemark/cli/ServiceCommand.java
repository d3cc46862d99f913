package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Base of the commands that call a running service: its configuration, and how its answer is printed. */
public abstract class ServiceCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "print the service's answer as JSON")
    private boolean json;

    /** Sends the request to the service and returns its answer. */
    abstract JsonNode ask(AdminClient client) throws IOException, InterruptedException;

    /** Returns the answer in human-readable form. */
    abstract String words(Config config, JsonNode answer);

    /** Returns the exit code for an answer. */
    int code(JsonNode answer) {
        return ExitCode.DONE;
    }

    /** Returns the exit code for a request that the service has rejected with this HTTP status. */
    int rejected(int status) {
        return ExitCode.FAILED;
    }

    AdminClient connect(Config config) throws IOException, InterruptedException {
        return AdminClient.connect(config);
    }

    public static ObjectNode body() {
        return new ObjectMapper().createObjectNode();
    }

    @Override
    public final Integer call() throws InterruptedException {
        try {
            // The service has the secrets of database and Typesense; of them only http.token is needed here.
            Config loaded = config.settingsWithoutSecrets();
            JsonNode answer = ask(connect(loaded));
            System.out.println(json ? answer.toString() : words(loaded, answer));
            return code(answer);
        } catch (AdminClient.Rejected e) {
            System.err.println(e.getMessage());
            return rejected(e.status());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
