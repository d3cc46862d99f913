package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.state.OffsetFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the findings on a configuration and its database before rows are read: the same checks for {@code run}, {@code check},
 * {@code plan} and {@code restore}. Changes nothing. The findings on the collections are in {@link FoundCollections}.
 */
public final class Findings {

    private final Config config;
    private final Connector connector;

    public Findings(Config config, Connector connector) {
        this.config = config;
        this.connector = connector;
    }

    /**
     * Returns the findings of a start on the database: its settings, its grants, and whether another pipeline of this name uses
     * it. The start compares the database's history on its own, because it records the result.
     *
     * @param offset what it resumes from; null if it begins with a load
     */
    List<Check> ofSource(@Nullable Map<String, Object> offset) throws IOException {
        List<Check> findings = new ArrayList<>(connector.preflight(offset, false));
        if (findings.stream().allMatch(Findings::isConnected)) {
            findings.addAll(NewState.question(config, connector));
        }
        return findings;
    }

    /** Returns the findings of a command on the database: those of a start, of slow checks, and on the database's history. */
    public List<Check> ofSourceInFull() throws IOException {
        Map<String, Object> offset = Startup.resumed(config, OffsetFile.open(config.state()));
        List<Check> findings = new ArrayList<>(connector.preflight(offset, true));
        if (findings.stream().allMatch(Findings::isConnected)) {
            findings.addAll(NewState.question(config, connector));
            findings.add(HistoryCheck.of(config, connector));
        }
        return findings;
    }

    /** Returns whether more can be asked: else the same failure would be named twice. */
    private static boolean isConnected(Check check) {
        return check.outcome() != Check.Outcome.UNREACHABLE
                && !(check.outcome() == Check.Outcome.FAILED && check.subject().equals("connection"));
    }

    /** Returns whether a finding ends a command. */
    public static boolean isBad(Check check) {
        return check.outcome() == Check.Outcome.FAILED || check.outcome() == Check.Outcome.UNREACHABLE;
    }

    /**
     * Returns the findings on the configuration's documents: what keeps rows from becoming documents, and warnings.
     *
     * @throws dev.tidemark.connector.SourceException if the database cannot be asked
     */
    public List<Check> ofDocuments(SourceSchemas described) {
        List<Check> findings = new ArrayList<>(described.failures());
        findings.addAll(DocumentChecks.problems(config, described));
        findings.addAll(IdChecks.of(config, described, connector));
        if (described.failures().isEmpty()) {
            findings.addAll(DependsOnCheck.warnings(config, connector));
        }
        return findings;
    }
}
