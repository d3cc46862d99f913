package dev.tidemark.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents that were rejected, one append-only file per collection, until they are resolved.
 *
 * <p>Invariant 1: what {@link #append} and {@link #resolve} did is durable when they return, so the offset may be committed
 * after them. Either is done completely or, after an exception, not at all: call again before committing.
 *
 * <p>The flush thread calls all methods that change them, in source order; any thread may query what is pending and never waits
 * for the disk, and operations of operators ({@link #review}) may come from any thread. A pending entry takes about 60 bytes of
 * memory. The directory belongs to one process, which the lock of the state directory ensures.
 */
public final class DeadLetters implements Closeable {

    /** The subdirectory of the state directory. */
    public static final String DIRECTORY = "dead-letters";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    /** Number of characters of documents from which replaced entries are written, to bound memory (invariant 3). */
    private static final long CHARACTERS_AT_ONCE = 4L << 20;

    /** Max number of ids that one line resolves when all entries of a collection are resolved. */
    private static final int RESOLVED_AT_ONCE = 10_000;

    private final Path directory;
    private final long maxBytes;
    private final DeadLetterFiles files;

    private DeadLetters(Path directory, long maxBytes, DeadLetterFiles files) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.files = files;
    }

    /**
     * Opens the directory, creating it if it is missing, and repairs what a crash left behind: the torn end of a file is
     * cut off, as it was never acknowledged.
     *
     * @param directory the directory, {@link #DIRECTORY} inside the state directory
     * @param maxBytes the max size on disk of all files together
     * @throws DamagedDeadLettersException if a line is damaged that was durable once; its message says what to do
     * @throws IOException if the disk cannot be read or written
     */
    public static DeadLetters open(Path directory, long maxBytes) throws IOException {
        return new DeadLetters(directory, maxBytes, DeadLetterFiles.open(directory));
    }

    /** Returns the operations of operators: reading and discarding entries. */
    public DeadLetterReview review() {
        return new DeadLetterReview(this, files);
    }

    /**
     * Adds the entries that are new and returns when they are durable. An entry is not new if the same one (collection, id,
     * position), or a newer one of the same document, is pending: a replay counts no entry twice. A newer one replaces an
     * older one.
     *
     * @return how many were new
     * @throws DeadLettersFullException if they would exceed the limit; nothing is written, and the caller must not commit
     * @throws IOException if the disk fails; none of them is kept, and the caller must not commit
     */
    public synchronized int append(List<DeadLetter> deadLetters) throws DeadLettersFullException, IOException {
        return append(newOnes(deadLetters, NewDeadLetters::add));
    }

    /**
     * Replaces the pending entries of the same documents and positions: they were tried again. One that comes without a
     * document keeps the document of the pending entry. If they would exceed the limit, the old ones stay as they are.
     *
     * @return how many were replaced
     * @throws IOException as {@link #append}
     */
    public synchronized int rejectedAgain(List<DeadLetter> deadLetters) throws IOException {
        int count = 0;
        List<DeadLetter> complete = new ArrayList<>();
        long characters = 0;
        for (DeadLetter deadLetter : deadLetters) {
            DeadLetter full = deadLetter.document().isEmpty() ? withPendingDocument(deadLetter) : deadLetter;
            complete.add(full);
            characters += full.document().length();
            if (characters >= CHARACTERS_AT_ONCE) {
                count += replace(complete);
                complete.clear();
                characters = 0;
            }
        }
        return count + replace(complete);
    }

    private int replace(List<DeadLetter> deadLetters) throws IOException {
        try {
            return append(newOnes(deadLetters, NewDeadLetters::replace));
        } catch (DeadLettersFullException e) {
            log.debug("the attempts of {} dead letters are not counted: {}", deadLetters.size(), e.getMessage());
            return 0;
        }
    }

    private DeadLetter withPendingDocument(DeadLetter deadLetter) throws IOException {
        DeadLetterFile file = files.get(deadLetter.collection());
        DeadLetterIndex.Entry entry = file == null ? null : file.pending().get(DeadLetterIndex.slot(deadLetter));
        return file != null
                        && entry != null
                        && DeadLetterJson.parse(file.line(entry)) instanceof DeadLetterJson.Line.Rejected pending
                ? deadLetter.withDocument(pending.deadLetter().document())
                : deadLetter;
    }

    private int append(Map<String, NewDeadLetters> fresh) throws DeadLettersFullException, IOException {
        long bytes = 0;
        int count = 0;
        for (NewDeadLetters each : fresh.values()) {
            bytes += each.length();
            count += each.lines().size();
        }
        if (count == 0) {
            return 0;
        }
        makeRoom(bytes);
        write(fresh);
        for (String collection : fresh.keySet()) {
            files.compactIfDeadOutweighs(files.make(collection));
        }
        return count;
    }

    private Map<String, NewDeadLetters> newOnes(
            List<DeadLetter> deadLetters, BiConsumer<NewDeadLetters, DeadLetter> adding) {
        Map<String, NewDeadLetters> fresh = new LinkedHashMap<>();
        for (DeadLetter deadLetter : deadLetters) {
            NewDeadLetters ofCollection = fresh.computeIfAbsent(deadLetter.collection(), collection -> {
                DeadLetterFile file = files.get(collection);
                return new NewDeadLetters(file == null ? new PendingEntries() : file.pending());
            });
            adding.accept(ofCollection, deadLetter);
        }
        fresh.values().removeIf(each -> each.length() == 0);
        return fresh;
    }

    private void write(Map<String, NewDeadLetters> fresh) throws IOException {
        List<DeadLetterFile> touched = new ArrayList<>();
        try {
            for (Map.Entry<String, NewDeadLetters> each : fresh.entrySet()) {
                DeadLetterFile file = files.make(each.getKey());
                touched.add(file);
                file.write(each.getValue().bytes());
            }
            // Invariant 1: durable, names included, before the caller may commit.
            for (DeadLetterFile file : touched) {
                file.sync();
            }
            files.syncNames();
        } catch (IOException e) {
            touched.forEach(file -> file.rollBack(e));
            throw e;
        }
        for (Map.Entry<String, NewDeadLetters> each : fresh.entrySet()) {
            files.make(each.getKey()).keep(each.getValue().lines());
        }
    }

    private void makeRoom(long bytes) throws DeadLettersFullException {
        if (files.bytes() + bytes > maxBytes) {
            files.all().stream().filter(file -> file.deadBytes() > 0).forEach(files::compact);
        }
        long held = files.bytes();
        if (held + bytes > maxBytes) {
            // Invariant 6: the pipeline pauses with this hint; nothing is dropped.
            throw new DeadLettersFullException("The dead letters in " + directory + " are full: they hold " + held
                    + " bytes, and " + bytes + " more would pass the bound, deadLetters.bytes = " + maxBytes);
        }
    }

    /**
     * Removes the pending entries of these ids: a full write or a delete of each has succeeded in Typesense. Returns when
     * that is durable: if it were lost after the commit, no replay would resolve them again. Costs one lookup if the
     * collection has nothing pending, and accesses the disk only if one of the ids is pending.
     *
     * @throws IOException if the disk fails; all of them are still pending, and the caller must not commit
     */
    public synchronized void resolve(String collection, Collection<String> ids) throws IOException {
        DeadLetterFile file = files.get(collection);
        if (file != null && !file.pending().isEmpty()) {
            resolve(file, ids);
            files.compactIfDeadOutweighs(file);
        }
    }

    private void resolve(DeadLetterFile file, Collection<String> ids) throws IOException {
        List<String> resolved =
                ids.stream().filter(file.pending()::contains).distinct().toList();
        if (resolved.isEmpty()) {
            return;
        }
        byte[] line = DeadLetterJson.resolvedLine(resolved);
        try {
            // Not limited by maxBytes: resolving entries is how the files become smaller.
            file.write(line);
            file.sync();
            files.syncNames();
        } catch (IOException e) {
            file.rollBack(e);
            throw e;
        }
        file.resolved(resolved, line.length);
    }

    /**
     * Resolves the pending entries of rows that yielded no id, by their {@link DeadLetter#key}: the rows yield one now, or were
     * deleted.
     *
     * @throws IOException as {@link #resolve}
     */
    public void resolveKeys(String collection, String table, Collection<String> keys) throws IOException {
        resolve(
                collection,
                keys.stream().map(key -> DeadLetterIndex.slotOfKey(table, key)).toList());
    }

    /** Resolves every pending entry of a collection: all its documents were deleted. Durable when it returns. */
    public synchronized void resolveAll(String collection) throws IOException {
        resolveAll(collection, deadLetter -> true);
    }

    /**
     * Resolves as {@link #resolveAll} does, but only the entries of one table, whose ids begin with that prefix: documents of
     * other tables still exist.
     */
    public synchronized void resolveAll(String collection, String table, String idPrefix) throws IOException {
        resolveAll(
                collection,
                deadLetter -> deadLetter.id().isEmpty()
                        ? deadLetter.table().equals(table)
                        : deadLetter.id().startsWith(idPrefix));
    }

    private void resolveAll(String collection, Predicate<DeadLetter> meant) throws IOException {
        DeadLetterFile file = files.get(collection);
        if (file == null || file.pending().isEmpty()) {
            return;
        }
        List<String> page = new ArrayList<>();
        try (DeadLetterLines lines = lines(file)) {
            DeadLetter deadLetter;
            while ((deadLetter = lines.next()) != null) {
                if (meant.test(deadLetter)) {
                    page.add(DeadLetterIndex.slot(deadLetter));
                }
                if (page.size() == RESOLVED_AT_ONCE) {
                    resolve(file, page);
                    page.clear();
                }
            }
        }
        resolve(file, page);
        files.compactIfDeadOutweighs(file);
    }

    /** Opens the pending entries of a file, which is not moved meanwhile. */
    synchronized DeadLetterLines lines(DeadLetterFile file) throws IOException {
        return DeadLetterLines.open(file);
    }

    /** Returns whether the id has a dead letter: its document is stale, and only a full write or a delete corrects it. */
    public boolean isPending(String collection, String id) {
        DeadLetterFile file = files.get(collection);
        return file != null && file.pending().contains(id);
    }

    /** Returns whether the collection has any dead letter. */
    public boolean hasPending(String collection) {
        DeadLetterFile file = files.get(collection);
        return file != null && !file.pending().isEmpty();
    }

    /** Returns how many dead letters the collection has. */
    public long pending(String collection) {
        DeadLetterFile file = files.get(collection);
        return file == null ? 0 : file.pending().size();
    }

    /** Returns how many dead letters each collection has; zero for those whose last one was resolved since the start. */
    public Map<String, Long> pendingByCollection() {
        Map<String, Long> pending = new TreeMap<>();
        files.collections().forEach(collection -> pending.put(collection, pending(collection)));
        return pending;
    }

    /** Closes the files; what was acknowledged is durable already. */
    @Override
    public synchronized void close() throws IOException {
        files.close();
    }
}
