package dev.tidemark.flush.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.flush.sweep.HeldDelete.Kind;
import dev.tidemark.ids.IdFile;
import dev.tidemark.ids.IdSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back deletes that are based on rows that were not found, if they are too many (invariant 9): their list waits in the
 * state directory for an operator. A list is on disk under the id of its approval; an approval without a list deletes nothing.
 * Flush thread only.
 */
public final class DeleteGuard {

    static final String REASON = "row_not_found";

    private static final Logger log = LoggerFactory.getLogger(DeleteGuard.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DIRECTORY = "held";
    private static final String SUFFIX = ".ids";
    private static final int EXAMPLES = 20;

    /** Storage of documents whose row was not found; durable when a call returns. */
    public interface Store {
        /** Returns what was written last; empty if nothing was. */
        Optional<String> read() throws IOException;

        void write(String content) throws IOException;
    }

    private final Config.Guard limits;
    private final Approvals approvals;
    private final Path directory;
    private final int inMemory;
    private final Map<String, HeldDelete> held = new LinkedHashMap<>();
    private final Suspects suspects;
    private int spools;

    private DeleteGuard(Config.Guard limits, Approvals approvals, Path directory, int inMemory, Suspects suspects) {
        this.suspects = suspects;
        this.limits = limits;
        this.approvals = approvals;
        this.directory = directory;
        this.inMemory = inMemory;
    }

    /**
     * Reads what is held back.
     *
     * @param state the state directory
     * @param store keeps documents whose row was not found
     * @throws IOException if it cannot be read; the message is for the operator
     */
    public static DeleteGuard open(Config.Guard limits, Approvals approvals, Path state, Store store)
            throws IOException {
        return open(limits, approvals, state, store, IdSpool.IN_MEMORY);
    }

    static DeleteGuard open(Config.Guard limits, Approvals approvals, Path state, Store store, int inMemory)
            throws IOException {
        DeleteGuard guard =
                new DeleteGuard(limits, approvals, state.resolve(DIRECTORY), inMemory, Suspects.open(store));
        guard.load();
        guard.suspects.reopen((entry, collection) -> guard.held.values().stream()
                .anyMatch(
                        each -> each.entry().equals(entry) && each.collection().equals(collection)));
        return guard;
    }

    private void load() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            String name = Objects.requireNonNull(file.getFileName()).toString();
            String id = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
            if (approvals.of(id).isPresent()) {
                JsonNode head = JSON.readTree(IdFile.head(file));
                held.put(
                        id,
                        new HeldDelete(
                                id,
                                Kind.valueOf(head.path("kind").asText()),
                                head.path("entry").asText(),
                                head.path("collection").asText(),
                                file));
            } else {
                Files.deleteIfExists(file); // of a process that was killed while it wrote it, or had carried it out
            }
        }
        for (Approval each : approvals.all()) {
            if (each.reason().equals(REASON) && !held.containsKey(each.id())) {
                approvals.remove(each.id()); // killed before its list was stored: what raised it runs again
            }
        }
    }

    /** Returns the documents whose row was not found when it was read. */
    public Suspects suspects() {
        return suspects;
    }

    /** Returns a new spool for ids. */
    public IdSpool spool() {
        return new IdSpool(directory.resolve("spool-" + ++spools + ".tmp"), inMemory);
    }

    /** Returns whether a TRUNCATE waits for an approval. */
    public boolean holdsTruncate() {
        return limits.truncate() == Config.OnTruncate.HOLD;
    }

    /**
     * Decides on documents whose row was not found; replaces the list that was held back of the entry and collection before. A
     * TRUNCATE or DROP that is held back covers them, however few they are: it stays until it is decided, or until every document
     * has a row.
     *
     * @param documents how many documents the entry has in the collection
     * @param recent how many of them were deleted in the last 24 hours because a row was not found
     * @return true if they are held back until an approval; false if they are to be deleted
     */
    public boolean holds(Target target, IdSpool gone, long documents, long recent) throws IOException {
        if (gone.size() != 0 && of(target).filter(HeldDelete::isOfTable).isPresent()) {
            return true;
        }
        if (gone.size() == 0 || !limits.exceeds(gone.size() + recent, documents + recent)) {
            withdraw(target);
            return false;
        }
        String message = "no row of " + target.table() + " was found for " + gone.size() + " of " + documents
                + " documents of collection " + target.collection()
                + (recent == 0 ? "" : ", after " + recent + " in the last 24 hours") + ": none of them was deleted"
                + " (limit: " + limits.documents() + " or " + limits.percent() + " %)";
        hold(target, Kind.LISTED, gone, message);
        return true;
    }

    /** Holds a TRUNCATE back, unless one is held back already; durable when this returns. */
    public void holdTruncate(Target target, boolean dropped) throws IOException {
        Kind kind = dropped ? Kind.DROPPED : Kind.TRUNCATED;
        if (of(target).filter(each -> each.kind() == kind).isPresent()) {
            return;
        }
        try (IdSpool none = spool()) {
            hold(
                    target,
                    kind,
                    none,
                    "table " + target.table() + (dropped ? " was dropped" : " was truncated")
                            + ": the documents of collection " + target.collection() + " were not deleted");
        }
    }

    private void hold(Target target, Kind kind, IdSpool ids, String message) throws IOException {
        Optional<HeldDelete> before = of(target);
        PrivateFiles.createDirectories(directory);
        Path written = directory.resolve("list.tmp");
        write(written, target, kind, ids);
        boolean listed = kind == Kind.LISTED;
        Approval raised = approvals.raise(new Approval(
                "",
                REASON,
                target.collection(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                message,
                listed
                        ? "the " + ids.size() + " documents are deleted, except those whose row exists by then"
                        : "documents that have no row by then are deleted",
                "the documents stay" + (listed ? ", and the list is forgotten" : ""),
                ids.size(),
                ids.first(EXAMPLES),
                null));
        Path file = directory.resolve(raised.id() + SUFFIX);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync();
        held.put(
                raised.id(),
                new HeldDelete(raised.id(), kind, target.config().recordName(), target.collection(), file));
        if (before.isPresent()) {
            forget(before.get());
        }
        log.warn(
                "{}; decide with 'tidemark approve {}', or with --abandon; such as {}",
                message,
                raised.id(),
                raised.examples());
    }

    private static void write(Path file, Target target, Kind kind, IdSpool ids) throws IOException {
        String head;
        try {
            head = JSON.writeValueAsString(JSON.createObjectNode()
                    .put("kind", kind.name())
                    .put("entry", target.config().recordName())
                    .put("collection", target.collection()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        try (IdFile.Writer writer = new IdFile.Writer(file, head)) {
            ids.forEach(writer::add);
            writer.finish();
        }
    }

    private void sync() throws IOException {
        try (java.nio.channels.FileChannel channel =
                java.nio.channels.FileChannel.open(directory, java.nio.file.StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Returns what is held back of the entry and collection. */
    public Optional<HeldDelete> of(Target target) {
        return held.values().stream().filter(each -> each.isOf(target)).findFirst();
    }

    /** Withdraws what is held back of the entry and collection: its cause does not exist any more. */
    private void withdraw(Target target) throws IOException {
        Optional<HeldDelete> before = of(target);
        if (before.isPresent()) {
            log.info(
                    "{} is withdrawn: a new sweep of {} needs no approval",
                    before.get().approval(),
                    target.collection());
            forget(before.get());
        }
    }

    /** Returns whether a decision is to be carried out. */
    public boolean isDecided() {
        return !held.isEmpty() && held.keySet().stream().anyMatch(id -> approvals.verdict(id) != null);
    }

    /** Returns what was decided and is not carried out yet. */
    public List<HeldDelete> decided() {
        List<HeldDelete> decided = new ArrayList<>();
        for (HeldDelete each : held.values()) {
            if (approvals.verdict(each.approval()) != null) {
                decided.add(each);
            }
        }
        return decided;
    }

    public boolean isApproved(HeldDelete of) {
        return approvals.verdict(of.approval()) == Verdict.APPROVED;
    }

    /** Forgets one that was carried out, abandoned or replaced; the list first, for without it nothing is deleted. */
    public void forget(HeldDelete of) throws IOException {
        suspects.decided(of.entry(), of.collection());
        suspects.save();
        Files.deleteIfExists(of.file());
        approvals.remove(of.approval());
        held.remove(of.approval());
    }
}
