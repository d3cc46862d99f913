package dev.tidemark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.pipeline.StartChecks;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.Findings;
import dev.tidemark.startup.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark check}: checks everything, changes nothing, takes no lock, waits for nothing. */
@Command(
        name = "check",
        description = "Checks configuration, database and Typesense: one line per check, with a hint for each failure.")
public final class CheckCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private LogOptions logs = new LogOptions();

    @Option(names = "--json", description = "print the findings as a JSON array")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        logs.configure();
        Config loaded = config.load();
        LogOptions.mask(loaded);
        List<Check> findings = new ArrayList<>();
        findings.add(Check.ok("configuration", loaded.documents().size() + " documents"));
        Connector connector = Connectors.create(loaded);
        try (Sink sink = new TypesenseSink(loaded.sink())) {
            findings.addAll(StartChecks.findings(loaded, connector, sink));
        }
        print(findings);
        return findings.stream().anyMatch(Findings::isBad) ? ExitCode.REJECTED : ExitCode.DONE;
    }

    /** Returns the findings as {@code --json} prints them. */
    public static ArrayNode json(List<Check> findings) {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode array = mapper.createArrayNode();
        for (Check check : findings) {
            // 'passing' is of use to a start only, and reads as a verdict.
            ObjectNode node = mapper.valueToTree(check);
            node.remove("passing");
            node.remove("loss"); // the hint says what follows
            node.put("outcome", outcome(check));
            array.add(node);
        }
        return array;
    }

    /** Returns the API's word for the outcome. */
    private static String outcome(Check check) {
        return check.outcome() == Check.Outcome.FAILED
                ? "REFUSED"
                : check.outcome().name();
    }

    private void print(List<Check> findings) throws JsonProcessingException {
        if (json) {
            System.out.println(
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json(findings)));
            return;
        }
        for (Check check : findings) {
            String mark = switch (check.outcome()) {
                case OK -> "ok  ";
                case WARNING -> "warn";
                default -> "FAIL";
            };
            System.out.println(mark + "  " + StartupException.line(check));
        }
    }
}
