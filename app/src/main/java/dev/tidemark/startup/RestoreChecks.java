package dev.tidemark.startup;

import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.Manifest;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks that a start after a restore would continue from the backup's position; reports all obstacles at once (invariant 7). */
public final class RestoreChecks {

    static final String INSTEAD =
            "'tidemark restore --snapshot' prepares a start that copies all tables and deletes the"
                    + " documents whose row is gone";

    private RestoreChecks() {}

    /**
     * Returns the findings that do not need Typesense.
     *
     * @throws dev.tidemark.connector.SourceException if the database is unreachable
     * @throws BackupException if the backup is damaged or incomplete
     */
    public static List<Check> ofBackup(
            Config config, Manifest manifest, BackupDirectory directory, LogRetention retention)
            throws BackupException, IOException {
        List<Check> findings = new ArrayList<>();
        directory.verify(directory.complete(manifest));
        if (config.source().settings().snapshot() == SnapshotMode.ALWAYS) {
            findings.add(Check.failed(
                    "snapshot", "with snapshot: always a start puts the position aside", "set snapshot: initial"));
        }
        Check held = retention.checkRetained(offset(directory), manifest.kept());
        findings.add(
                held.outcome() == Check.Outcome.FAILED
                        ? Check.failed(
                                held.subject(),
                                held.message() + ". The changes since the backup are gone",
                                "a load of all tables is all that is left: " + INSTEAD)
                        : held);
        return findings;
    }

    /** Checks whether the backup is one of this pipeline at all. */
    public static List<Check> ofPipeline(Config config, Manifest manifest) {
        List<Check> findings = new ArrayList<>();
        if (!manifest.pipeline().equals(config.name())) {
            findings.add(Check.failed(
                    "name",
                    "the backup is of pipeline " + manifest.pipeline() + ", the configuration of " + config.name(),
                    "take the configuration, or the backup, of the other"));
        }
        if (!manifest.source().equals(config.source().kind())) {
            findings.add(Check.failed(
                    "source",
                    "the backup is of " + manifest.source() + ", the configuration of "
                            + config.source().kind(),
                    "take the configuration, or the backup, of the other"));
        }
        return findings;
    }

    /** Checks whether the collections are those of the backup, and are still filled in the same way. */
    public static List<Check> ofCollections(
            Config config, Manifest.Complete complete, BackupDirectory directory, Connector connector, Sink sink)
            throws SinkException, IOException, InterruptedException {
        SourceSchemas described = SourceSchemas.of(config, connector);
        List<Check> findings = new ArrayList<>(described.failures());
        DynamicCollectionFile fed = DynamicCollectionFile.open(directory.state());
        LoadDecision decision = new LoadDecision(config, TableStates.open(directory.state()), fed, connector);
        FoundCollections found = FoundCollections.find(config, described, sink, fed, SchemaEvolution.NONE);
        for (FoundCollections.Entry entry : found.entries()) {
            for (LoadReason reason : decision.of(entry).reasons()) {
                findings.add(finding(config, entry.document(), reason, complete));
            }
            entry.there().forEach(there -> miscounted(there, complete).ifPresent(findings::add));
        }
        return findings;
    }

    /**
     * Returns why a start would load the documents, unless its mode forbids that.
     */
    private static Check finding(
            Config config, Config.Document document, LoadReason reason, Manifest.Complete complete) {
        String subject = document.destinationText();
        String snapshot = complete.typesense().path();
        if (reason instanceof LoadReason.Missing missing) {
            return Check.failed(
                    "collection " + missing.collection(),
                    "Typesense does not have it",
                    "first restore Typesense from its snapshot in " + snapshot);
        }
        if (reason instanceof LoadReason.OtherMapping other) {
            return Check.failed(
                    subject,
                    "its mapping is not that of the backup (" + other.difference() + ")",
                    "take the configuration of that time; or " + INSTEAD);
        }
        if (reason instanceof LoadReason.Empty) {
            String message = "it is empty although " + document.table().id() + " has rows";
            String hint = "make sure that Typesense was restored from " + snapshot;
            return config.source().settings().snapshot() == SnapshotMode.NEVER
                    ? Check.warning(subject, message, hint)
                    : Check.failed(
                            subject,
                            message + ": the next start would load its table",
                            hint + "; if it was, " + INSTEAD);
        }
        return reason instanceof LoadReason.NotLoaded
                ? Check.warning(
                        subject,
                        "it was not loaded to its end when the backup was made: the next start loads "
                                + document.table().id() + " from its first row",
                        "until then documents may be missing")
                : Check.failed(
                        subject,
                        "the backup knows nothing of it",
                        "take the configuration of that time (of a pattern: one that leaves the table out), add the document after a start; or "
                                + INSTEAD);
    }

    /**
     * Returns a warning if the number of documents does not fit the backup. Not an error: if the service was busy while the
     * snapshot was written, the number is between the two counts, or near them.
     */
    private static Optional<Check> miscounted(CollectionInfo there, Manifest.Complete complete) {
        return complete.collections().stream()
                .filter(collection -> collection.concrete().equals(there.name()))
                .filter(collection -> there.documents() < Math.min(collection.before(), collection.after())
                        || there.documents() > Math.max(collection.before(), collection.after()))
                .findFirst()
                .map(collection -> Check.warning(
                        "collection " + there.name(),
                        "it has " + there.documents() + " documents, and had " + collection.before() + " to "
                                + collection.after() + " when the backup was made",
                        "make sure that Typesense was restored from "
                                + complete.typesense().path()
                                + ": on one that is older, what lies between is missing"));
    }

    /** Returns the offset that a backup holds. */
    private static Map<String, Object> offset(BackupDirectory directory) throws BackupException, IOException {
        return OffsetFile.open(directory.state())
                .offset()
                .orElseThrow(() -> new BackupException(directory.path() + " holds no position"));
    }
}
