package dev.tidemark.deadletter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Operations of operators on the dead letters of a running service: reading and discarding. Any thread. */
public final class DeadLetterReview {

    private final DeadLetters deadLetters;
    private final DeadLetterFiles files;

    DeadLetterReview(DeadLetters deadLetters, DeadLetterFiles files) {
        this.deadLetters = deadLetters;
        this.files = files;
    }

    /**
     * Reads what is pending now, as {@link DeadLetterReader} does, with the index that is in memory already. It does not
     * hold up the flush; entries that change meanwhile may be passed in their old or their new state.
     *
     * @return how many are selected, those past the limit included
     * @throws IOException if the disk cannot be read
     */
    public long read(DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader) throws IOException {
        long fitting = 0;
        for (String collection : files.collections()) {
            DeadLetterFile file = files.get(collection);
            if (file == null
                    || (filter.collection() != null && !filter.collection().equals(collection))) {
                continue;
            }
            if (fitting >= limit && filter.coversCollections()) {
                fitting += file.pending().size();
                continue;
            }
            fitting += read(file, filter, limit - fitting, reader);
        }
        return fitting;
    }

    private long read(DeadLetterFile file, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long fitting = 0;
        try (DeadLetterLines lines = deadLetters.lines(file)) {
            DeadLetter deadLetter;
            while ((deadLetter = lines.next()) != null) {
                if (filter.fits(deadLetter)) {
                    fitting++;
                    if (fitting <= limit) {
                        reader.accept(deadLetter);
                    } else if (filter.coversCollections()) {
                        return Math.max(fitting, file.pending().size());
                    }
                }
            }
        }
        return fitting;
    }

    /**
     * Groups what is pending by its reason. Stops at the max number of entries or of characters of documents: if there are more,
     * the result is an estimate.
     */
    public DeadLetterGroups groups(long maxEntries, long maxCharacters) throws IOException {
        DeadLetterGroups groups = new DeadLetterGroups();
        long characters = 0;
        for (String collection : files.collections()) {
            DeadLetterFile file = files.get(collection);
            if (file == null) {
                continue;
            }
            try (DeadLetterLines lines = deadLetters.lines(file)) {
                DeadLetter deadLetter;
                while (groups.read() < maxEntries
                        && characters < maxCharacters
                        && (deadLetter = lines.next()) != null) {
                    characters += deadLetter.document().length();
                    groups.add(deadLetter);
                }
            }
        }
        return groups;
    }

    /** Returns how many entries are pending. */
    public long pending() {
        long count = 0;
        for (String collection : files.collections()) {
            DeadLetterFile file = files.get(collection);
            count += file == null ? 0 : file.pending().size();
        }
        return count;
    }

    /**
     * Removes exactly these entries; one that was replaced by a newer one stays. Durable when it returns.
     *
     * @return how many were removed
     */
    public int discard(List<DeadLetter> unwanted) throws IOException {
        synchronized (deadLetters) { // no newer one comes between the check and the removal
            Map<String, List<String>> slots = new LinkedHashMap<>();
            int count = 0;
            for (DeadLetter deadLetter : unwanted) {
                DeadLetterFile file = files.get(deadLetter.collection());
                DeadLetterIndex.Entry entry =
                        file == null ? null : file.pending().get(DeadLetterIndex.slot(deadLetter));
                if (entry != null && entry.position() == deadLetter.position()) {
                    slots.computeIfAbsent(deadLetter.collection(), collection -> new ArrayList<>())
                            .add(DeadLetterIndex.slot(deadLetter));
                    count++;
                }
            }
            for (Map.Entry<String, List<String>> each : slots.entrySet()) {
                deadLetters.resolve(each.getKey(), each.getValue());
            }
            return count;
        }
    }
}
