package dev.tidemark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.Findings;
import dev.tidemark.startup.FoundCollections;
import dev.tidemark.startup.IdentitiesAtStart;
import dev.tidemark.startup.JsonChecks;
import dev.tidemark.startup.Ownership;
import dev.tidemark.startup.SchemaEvolution;
import dev.tidemark.startup.SourceSchemas;
import dev.tidemark.startup.StartupException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
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
        findings.addAll(source(loaded, connector));
        try (Sink sink = new TypesenseSink(loaded.sink())) {
            List<Check> ofSink = sink.preflight();
            findings.addAll(ofSink);
            if (findings.stream().noneMatch(Findings::isBad)) {
                findings.addAll(documents(loaded, connector, sink));
            }
        }
        print(findings);
        return findings.stream().anyMatch(Findings::isBad) ? ExitCode.REJECTED : ExitCode.DONE;
    }

    private static List<Check> source(Config config, Connector connector) {
        try {
            return new Findings(config, connector).ofSourceInFull();
        } catch (IOException e) {
            return List.of(Check.failed("offsets", String.valueOf(e.getMessage()), ""));
        }
    }

    private static List<Check> documents(Config config, Connector connector, Sink sink) throws InterruptedException {
        List<Check> findings = new ArrayList<>();
        try {
            TableStates states = TableStates.open(config.state());
            Ownership ownership = Ownership.open(config, OffsetFile.open(config.state()), states);
            SourceSchemas described = SourceSchemas.of(config, connector);
            findings.addAll(new Findings(config, connector).ofDocuments(described));
            FoundCollections found = FoundCollections.find(
                    config, described, sink, DynamicCollectionFile.open(config.state()), SchemaEvolution.NONE);
            for (FoundCollections.Entry entry : found.entries()) {
                List<Check> failures = new ArrayList<>(found.unfit(entry, states));
                failures.addAll(found.foreign(entry, ownership));
                findings.addAll(failures.isEmpty() ? List.of(fits(entry)) : failures);
            }
            findings.addAll(found.clashes());
            if (described.failures().isEmpty()) {
                findings.addAll(JsonChecks.of(config, described, connector, found.byDocument()));
            }
            findings.addAll(IdentitiesAtStart.warnings(config.state(), found.byDocument()));
        } catch (SourceException e) {
            findings.add(Check.failed("source", String.valueOf(e.getMessage()), e.hint()));
        } catch (IOException e) {
            findings.add(Check.failed("state", String.valueOf(e.getMessage()), ""));
        } catch (SinkException e) {
            findings.add(Check.failed("typesense", String.valueOf(e.getMessage()), e.hint()));
        }
        return findings;
    }

    private static Check fits(FoundCollections.Entry entry) {
        Config.Document document = entry.document();
        if (document.isDynamic()) {
            return Check.ok(
                    document.destinationText(),
                    document.create()
                            ? "'run' creates them when their first rows come"
                            : "each must be there when its first row comes");
        }
        String subject = "collection " + document.collection();
        if (entry.there().isEmpty()) {
            return Check.ok(subject, "missing: 'run' creates it");
        }
        CollectionInfo there = entry.there().get(0);
        return Check.ok(subject, "there as " + there.name() + ", " + there.documents() + " documents");
    }

    /** Returns the findings as {@code --json} prints them. */
    public static ArrayNode json(List<Check> findings) {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode array = mapper.createArrayNode();
        for (Check check : findings) {
            // 'passing' is of use to a start only, and reads as a verdict.
            ObjectNode node = mapper.valueToTree(check);
            node.remove("passing");
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
