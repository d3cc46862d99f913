package dev.tidemark.pipeline;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.startup.Findings;
import dev.tidemark.startup.FoundCollections;
import dev.tidemark.startup.IdentitiesAtStart;
import dev.tidemark.startup.JsonChecks;
import dev.tidemark.startup.Ownership;
import dev.tidemark.startup.SchemaEvolution;
import dev.tidemark.startup.SourceSchemas;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The checks of a start, without the start: they wait for nothing, change nothing, and run alongside a pipeline of the same name. */
public final class StartChecks {

    private StartChecks() {}

    /** Returns the findings on both sides, and on the documents if both sides are in order. */
    public static List<Check> findings(Config config, Connector connector, Sink sink) throws InterruptedException {
        List<Check> findings = new ArrayList<>(source(config, connector));
        findings.addAll(sink.preflight());
        if (findings.stream().noneMatch(Findings::isBad)) {
            findings.addAll(documents(config, connector, sink));
        }
        return findings;
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
}
