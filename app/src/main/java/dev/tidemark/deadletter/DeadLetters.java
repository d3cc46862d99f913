package dev.tidemark.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents that were refused, one append-only file per collection, until they are settled.
 *
 * <p>Invariant 1: what {@link #append} and {@link #settle} did is durable when they return, so the offset may be committed
 * after them. Either is done as a whole or, after an exception, not at all: call again before committing.
 *
 * <p>The flush thread calls all that changes them but {@link #discard}, in source order; any thread may ask what is pending and
 * is never kept waiting by the disk. Of a pending entry some 60 bytes are held in memory. The
 * folder belongs to one process, which the lock of the state folder sees to.
 */
public final class DeadLetters implements Closeable {

    /** The subfolder of the state folder. */
    public static final String FOLDER = "dead-letters";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    /** Smaller files are not worth rewriting while running. */
    private static final long WORTH_COMPACTING = 64 * 1024;

    /** So many ids of a whole collection one line settles. */
    private static final int SETTLED_AT_ONCE = 10_000;

    private final Path folder;
    private final long maxBytes;
    private final Map<String, LetterFile> files = new ConcurrentHashMap<>();
    private boolean namesChanged; // since the folder was last synced

    private DeadLetters(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /**
     * Opens the folder, creating it where it is missing, and repairs what a crash left behind: the torn end of a file is
     * cut off, as it was never acknowledged.
     *
     * @param folder the folder, {@link #FOLDER} inside the state folder
     * @param maxBytes how much disk all files together may take
     * @throws DamagedDeadLettersException where a line is damaged that was durable once; its message says what to do
     * @throws IOException where the disk cannot be read or written
     */
    public static DeadLetters open(Path folder, long maxBytes) throws IOException {
        LetterFolder.create(folder);
        DeadLetters opened = new DeadLetters(folder, maxBytes);
        try {
            opened.load();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void load() throws IOException {
        // All names before the first change: a listing may show what a compaction of this very loop makes and renames.
        for (Path temporary : LetterFolder.files(folder, LetterFileName.SUFFIX + LetterFile.TEMPORARY)) {
            remove(temporary); // a compaction that a crash cut off; the file itself is whole
        }
        for (Path file : LetterFolder.files(folder, LetterFileName.SUFFIX)) {
            load(file);
        }
        syncNames();
    }

    private void load(Path path) throws IOException {
        LetterIndex index = LetterFile.index(path);
        if (index.tornBytes() > 0) {
            log.warn(
                    "{} ended in {} bytes of an unfinished write. They were cut off: their offset was never committed, so"
                            + " the source sends those changes again.",
                    path,
                    index.tornBytes());
        }
        String collection = index.collection();
        if (collection == null || index.pending().isEmpty()) {
            remove(path);
            return;
        }
        LetterFile file = LetterFile.open(path, index);
        files.put(collection, file);
        if (deadOutweighs(file)) {
            compact(file);
        }
    }

    private void remove(Path path) throws IOException {
        namesChanged = true;
        Files.delete(path);
    }

    /**
     * Adds what is new and returns when it is durable. An entry is not new where the same one (collection, id, position),
     * or a newer one of the same document, is pending: a replay counts nothing twice. A newer one takes the place of an
     * older one.
     *
     * @return how many were new
     * @throws DeadLettersFullException where they would pass the bound; nothing is written, and nothing may be committed
     * @throws IOException where the disk fails; nothing of it is kept, and nothing may be committed
     */
    public synchronized int append(List<DeadLetter> letters) throws DeadLettersFullException, IOException {
        return append(newOnes(letters, NewLetters::add));
    }

    /**
     * Puts entries in place of those that are pending of the same documents and positions: they were tried again. One that comes
     * without a document keeps that which is pending. Where there is no room for all that the old ones stay as they are.
     *
     * @return how many were replaced
     * @throws IOException as {@link #append}
     */
    public synchronized int refusedAgain(List<DeadLetter> letters) throws IOException {
        List<DeadLetter> whole = new ArrayList<>();
        for (DeadLetter letter : letters) {
            whole.add(letter.document().isEmpty() ? withPendingDocument(letter) : letter);
        }
        try {
            return append(newOnes(whole, NewLetters::replace));
        } catch (DeadLettersFullException e) {
            log.debug("the attempts of {} dead letters are not counted: {}", letters.size(), e.getMessage());
            return 0;
        }
    }

    private DeadLetter withPendingDocument(DeadLetter letter) throws IOException {
        LetterFile file = files.get(letter.collection());
        LetterIndex.Entry entry = file == null ? null : file.pending().get(LetterIndex.slot(letter));
        return file != null
                        && entry != null
                        && LetterJson.parse(file.line(entry)) instanceof LetterJson.Line.Refused pending
                ? letter.withDocument(pending.letter().document())
                : letter;
    }

    private int append(Map<String, NewLetters> fresh) throws DeadLettersFullException, IOException {
        long bytes = 0;
        int count = 0;
        for (NewLetters each : fresh.values()) {
            bytes += each.length();
            count += each.lines().size();
        }
        if (count == 0) {
            return 0;
        }
        makeRoom(bytes);
        write(fresh);
        for (String collection : fresh.keySet()) {
            compactIfDeadOutweighs(file(collection));
        }
        return count;
    }

    private Map<String, NewLetters> newOnes(List<DeadLetter> letters, BiConsumer<NewLetters, DeadLetter> adding) {
        Map<String, NewLetters> fresh = new LinkedHashMap<>();
        for (DeadLetter letter : letters) {
            NewLetters ofCollection = fresh.computeIfAbsent(letter.collection(), collection -> {
                LetterFile file = files.get(collection);
                return new NewLetters(file == null ? new PendingEntries() : file.pending());
            });
            adding.accept(ofCollection, letter);
        }
        fresh.values().removeIf(each -> each.length() == 0);
        return fresh;
    }

    private void write(Map<String, NewLetters> fresh) throws IOException {
        List<LetterFile> touched = new ArrayList<>();
        try {
            for (Map.Entry<String, NewLetters> each : fresh.entrySet()) {
                LetterFile file = file(each.getKey());
                touched.add(file);
                file.write(each.getValue().bytes());
            }
            // Invariant 1: durable, names included, before the caller may commit.
            for (LetterFile file : touched) {
                file.sync();
            }
            syncNames();
        } catch (IOException e) {
            touched.forEach(file -> file.rollBack(e));
            throw e;
        }
        for (Map.Entry<String, NewLetters> each : fresh.entrySet()) {
            file(each.getKey()).keep(each.getValue().lines());
        }
    }

    private LetterFile file(String collection) throws IOException {
        LetterFile file = files.get(collection);
        if (file == null) {
            namesChanged = true;
            file = LetterFile.create(folder.resolve(LetterFileName.of(collection)));
            files.put(collection, file);
        }
        return file;
    }

    private void makeRoom(long bytes) throws DeadLettersFullException {
        if (fileBytes() + bytes > maxBytes) {
            files.values().stream().filter(file -> file.deadBytes() > 0).forEach(this::compact);
        }
        long held = fileBytes();
        if (held + bytes > maxBytes) {
            // Invariant 6: the pipeline pauses with this hint; nothing is dropped.
            throw new DeadLettersFullException("The dead letters in " + folder + " are full: they hold " + held
                    + " bytes, and " + bytes + " more would pass the bound, deadLetters.bytes = " + maxBytes
                    + ". `dead-letters list` shows what was refused and why. Raise deadLetters.bytes and restart, or stop"
                    + " the service, move files whose rows need no more attention out of the folder, and start again.");
        }
    }

    private long fileBytes() {
        return files.values().stream().mapToLong(LetterFile::length).sum();
    }

    /**
     * Takes the pending entries of these ids off: a full write or a delete of each has succeeded in Typesense. It returns
     * when that is durable: were it lost after the commit, no replay would settle them again. Costs one look-up where the
     * collection has nothing pending, and touches the disk only where one of the ids is pending.
     *
     * @throws IOException where the disk fails; all of them are still pending, and nothing may be committed
     */
    public synchronized void settle(String collection, Collection<String> ids) throws IOException {
        LetterFile file = files.get(collection);
        if (file != null && !file.pending().isEmpty()) {
            settle(file, ids);
            compactIfDeadOutweighs(file);
        }
    }

    private void settle(LetterFile file, Collection<String> ids) throws IOException {
        List<String> settled =
                ids.stream().filter(file.pending()::contains).distinct().toList();
        if (settled.isEmpty()) {
            return;
        }
        byte[] line = LetterJson.settledLine(settled);
        try {
            // Not held to maxBytes: settling is how the files become smaller.
            file.write(line);
            file.sync();
            syncNames();
        } catch (IOException e) {
            file.rollBack(e);
            throw e;
        }
        file.settled(settled, line.length);
    }

    /**
     * Takes these very entries off, by an operator's wish; one that a newer took the place of stays. Any thread; durable when it
     * returns.
     *
     * @return how many were taken off
     */
    public synchronized int discard(List<DeadLetter> letters) throws IOException {
        Map<String, List<String>> slots = new LinkedHashMap<>();
        int count = 0;
        for (DeadLetter letter : letters) {
            LetterFile file = files.get(letter.collection());
            LetterIndex.Entry entry = file == null ? null : file.pending().get(LetterIndex.slot(letter));
            if (entry != null && entry.position() == letter.position()) {
                slots.computeIfAbsent(letter.collection(), collection -> new ArrayList<>())
                        .add(LetterIndex.slot(letter));
                count++;
            }
        }
        for (Map.Entry<String, List<String>> each : slots.entrySet()) {
            settle(each.getKey(), each.getValue());
        }
        return count;
    }

    /**
     * Takes the pending entries of rows that yielded no id off, by their {@link DeadLetter#key}: they have one now, or are gone.
     *
     * @throws IOException as {@link #settle}
     */
    public void settleKeys(String collection, String table, Collection<String> keys) throws IOException {
        settle(
                collection,
                keys.stream().map(key -> LetterIndex.slotOfKey(table, key)).toList());
    }

    /** Takes every pending entry of a collection off: all its documents are gone. Durable when it returns. */
    public synchronized void settleAll(String collection) throws IOException {
        settleAll(collection, letter -> true);
    }

    /** As {@link #settleAll}, for one table's, whose ids begin with that prefix: other tables' documents are still there. */
    public synchronized void settleAll(String collection, String table, String idPrefix) throws IOException {
        settleAll(
                collection,
                letter -> letter.id().isEmpty()
                        ? letter.table().equals(table)
                        : letter.id().startsWith(idPrefix));
    }

    private void settleAll(String collection, Predicate<DeadLetter> meant) throws IOException {
        LetterFile file = files.get(collection);
        if (file == null || file.pending().isEmpty()) {
            return;
        }
        List<String> page = new ArrayList<>();
        try (LetterLines lines = LetterLines.open(file)) {
            DeadLetter letter;
            while ((letter = lines.next()) != null) {
                if (meant.test(letter)) {
                    page.add(LetterIndex.slot(letter));
                }
                if (page.size() == SETTLED_AT_ONCE) {
                    settle(file, page);
                    page.clear();
                }
            }
        }
        settle(file, page);
        compactIfDeadOutweighs(file);
    }

    /**
     * Reads what is pending now, as {@link DeadLetterReader} does, with the index that is in memory already. Any thread, and without
     * holding up the flush; what changes meanwhile may be told as it was or as it is.
     *
     * @return how many are meant, those past the limit included
     * @throws IOException where the disk cannot be read
     */
    public long read(DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader) throws IOException {
        long fitting = 0;
        for (String collection : new TreeSet<>(files.keySet())) {
            LetterFile file = files.get(collection);
            if (file == null
                    || (filter.collection() != null && !filter.collection().equals(collection))) {
                continue;
            }
            if (fitting >= limit && filter.isWholeCollections()) {
                fitting += file.pending().size();
                continue;
            }
            fitting += read(file, filter, limit - fitting, reader);
        }
        return fitting;
    }

    private long read(LetterFile file, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long fitting = 0;
        try (LetterLines lines = open(file)) {
            DeadLetter letter;
            while ((letter = lines.next()) != null) {
                if (filter.fits(letter)) {
                    fitting++;
                    if (fitting <= limit) {
                        reader.accept(letter);
                    } else if (filter.isWholeCollections()) {
                        return Math.max(fitting, file.pending().size());
                    }
                }
            }
        }
        return fitting;
    }

    /** While it is not moved. */
    private synchronized LetterLines open(LetterFile file) throws IOException {
        return LetterLines.open(file);
    }

    private void syncNames() throws IOException {
        if (namesChanged) {
            LetterFolder.sync(folder);
            namesChanged = false;
        }
    }

    private void compactIfDeadOutweighs(LetterFile file) {
        if (file.length() > WORTH_COMPACTING && deadOutweighs(file)) {
            compact(file);
        }
    }

    private static boolean deadOutweighs(LetterFile file) {
        return file.deadBytes() > file.length() / 2;
    }

    /** Never fails: the old file stays in use, whole, and the next occasion tries again. */
    private void compact(LetterFile file) {
        try {
            namesChanged = true;
            file.compact();
            syncNames();
        } catch (IOException e) {
            log.warn("Settled dead letters in {} could not be cleared away; they only take room for now.", folder, e);
        }
    }

    /** Whether the id has a dead letter: its document is stale, and only a full write or a delete makes it good. */
    public boolean isPending(String collection, String id) {
        LetterFile file = files.get(collection);
        return file != null && file.pending().contains(id);
    }

    /** Whether the collection has any dead letter. */
    public boolean hasPending(String collection) {
        LetterFile file = files.get(collection);
        return file != null && !file.pending().isEmpty();
    }

    /** How many dead letters the collection has. */
    public long pending(String collection) {
        LetterFile file = files.get(collection);
        return file == null ? 0 : file.pending().size();
    }

    /** How many dead letters each collection has; zero for those whose last one was settled since the start. */
    public Map<String, Long> pendingByCollection() {
        Map<String, Long> pending = new TreeMap<>();
        files.forEach((collection, file) ->
                pending.put(collection, (long) file.pending().size()));
        return pending;
    }

    /** Closes the files; what was acknowledged is durable already. */
    @Override
    public synchronized void close() throws IOException {
        IOException failure = null;
        for (LetterFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
