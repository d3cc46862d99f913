package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.admin.ApprovalApi;
import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.state.StateDirectory;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tidemark approve}: over the API of a running service, else in the state directory for its next start. */
@Command(
        name = "approve",
        description =
                "Shows what waits for a decision of yours, or decides on one: approves it, or abandons it with --abandon.")
public final class ApproveCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "the approval, as listed; without it they are listed")
    private @Nullable String id;

    @Option(names = "--abandon", description = "do not do it, and forget it")
    private boolean abandon;

    @Option(names = "--list", description = "show what is pending")
    private boolean list;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    /** Access to the approvals, to list and decide them: in the running service, or in the state directory of a stopped one. */
    private interface Place {
        List<JsonNode> all() throws IOException, InterruptedException;

        JsonNode decide(String id, Verdict verdict) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (list && (id != null || abandon) || abandon && id == null) {
            System.err.println(
                    list ? "--list takes neither an ID nor --abandon" : "--abandon needs the ID of an approval");
            return ExitCode.REJECTED;
        }
        Config loaded = config.settings();
        if (!Files.isDirectory(loaded.state())) {
            System.err.println(StateDirectory.missing(loaded.state()));
            return ExitCode.REJECTED;
        }
        try {
            Optional<StateDirectory> locked = StateDirectory.tryLock(loaded.state());
            if (locked.isEmpty()) {
                return answer(loaded, new Running(AdminClient.connect(loaded)), true);
            }
            try (StateDirectory own = locked.get()) {
                return answer(loaded, new Stopped(own.path()), false);
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int answer(Config loaded, Place place, boolean running) throws IOException, InterruptedException {
        List<JsonNode> all = place.all();
        String wanted = id;
        if (wanted == null) {
            list(loaded, all);
            return ExitCode.DONE;
        }
        JsonNode known = all.stream()
                .filter(each -> each.path("id").asText().equals(wanted))
                .findFirst()
                .orElse(null);
        if (known == null) {
            System.err.println("no approval of " + loaded.name() + " has the id '" + wanted + "'; there are: "
                    + (all.isEmpty()
                            ? "none"
                            : String.join(
                                    ", ",
                                    all.stream()
                                            .map(each -> each.path("id").asText())
                                            .toList())));
            return ExitCode.REJECTED;
        }
        Verdict verdict = abandon ? Verdict.ABANDONED : Verdict.APPROVED;
        String before = known.path("verdict").asText("");
        if (!known.path("verdict").isNull() && !before.equals(verdict.name().toLowerCase(Locale.ROOT))) {
            System.err.println(wanted + " was " + before + " before; that decision is carried out");
            return ExitCode.REJECTED;
        }
        JsonNode decided = place.decide(wanted, verdict);
        System.out.println(json ? decided.toString() : words(loaded, decided, running));
        return ExitCode.DONE;
    }

    private static String words(Config loaded, JsonNode decided, boolean running) {
        boolean approved = decided.path("verdict").asText().equals("approved");
        return loaded.name() + ": " + decided.path("id").asText() + " is "
                + decided.path("verdict").asText() + ": "
                + decided.path(approved ? "approving" : "abandoning").asText()
                + (running ? "" : ", at the next start of the service");
    }

    private void list(Config loaded, List<JsonNode> all) {
        if (json) {
            ObjectNode answer = JSON.createObjectNode();
            answer.putArray("approvals").addAll(all);
            System.out.println(answer);
            return;
        }
        if (all.isEmpty()) {
            System.out.println(loaded.name() + ": nothing waits for a decision");
        }
        for (JsonNode each : all) {
            System.out.println(each.path("id").asText() + "  since "
                    + each.path("since").asText() + "  " + each.path("subject").asText() + ": "
                    + each.path("message").asText());
            List<String> examples = new ArrayList<>();
            each.path("examples").forEach(example -> examples.add(example.asText()));
            if (!examples.isEmpty()) {
                System.out.println("  documents: " + String.join(", ", examples)
                        + (each.path("count").asLong() > examples.size() ? ", ..." : ""));
            }
            if (each.path("verdict").isNull()) {
                System.out.println("  approve: " + each.path("approving").asText());
                System.out.println(
                        "  approve --abandon: " + each.path("abandoning").asText());
            } else {
                System.out.println("  " + each.path("verdict").asText() + ", and not carried out yet");
            }
        }
    }

    /** A service that runs. */
    private record Running(AdminClient client) implements Place {
        @Override
        public List<JsonNode> all() throws IOException, InterruptedException {
            List<JsonNode> all = new ArrayList<>();
            client.get("/api/approvals").path("approvals").forEach(all::add);
            return all;
        }

        @Override
        public JsonNode decide(String id, Verdict verdict) throws IOException, InterruptedException {
            return client.post(
                    "/api/approvals/" + URLEncoder.encode(id, StandardCharsets.UTF_8),
                    JSON.createObjectNode().put("abandon", verdict == Verdict.ABANDONED));
        }
    }

    /** The state directory of a service that does not run; it is locked. */
    private record Stopped(Path state) implements Place {
        @Override
        public List<JsonNode> all() throws IOException {
            return List.copyOf(ApprovalApi.json(Approvals.open(state).all()));
        }

        @Override
        public JsonNode decide(String id, Verdict verdict) throws IOException {
            Approval decided = Approvals.open(state)
                    .decide(id, verdict)
                    .orElseThrow(() -> new IOException("no approval has the id '" + id + "'"));
            return ApprovalApi.json(decided);
        }
    }
}
