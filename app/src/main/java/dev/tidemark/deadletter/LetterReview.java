package dev.tidemark.deadletter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Operations of operators on the dead letters of a running service: reading and discarding. Any thread. */
public final class LetterReview {

    private final DeadLetters letters;
    private final LetterFiles files;

    LetterReview(DeadLetters letters, LetterFiles files) {
        this.letters = letters;
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
        try (LetterLines lines = letters.lines(file)) {
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

    /**
     * Groups what is pending by its reason. Stops at the max number of entries or of characters of documents: if there are more,
     * the result is an estimate.
     */
    public LetterGroups groups(long maxEntries, long maxCharacters) throws IOException {
        LetterGroups groups = new LetterGroups();
        long characters = 0;
        for (String collection : files.collections()) {
            LetterFile file = files.get(collection);
            if (file == null) {
                continue;
            }
            try (LetterLines lines = letters.lines(file)) {
                DeadLetter letter;
                while (groups.read() < maxEntries && characters < maxCharacters && (letter = lines.next()) != null) {
                    characters += letter.document().length();
                    groups.add(letter);
                }
            }
        }
        return groups;
    }

    /** Returns how many entries are pending. */
    public long pending() {
        long count = 0;
        for (String collection : files.collections()) {
            LetterFile file = files.get(collection);
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
        synchronized (letters) { // no newer one comes between the check and the removal
            Map<String, List<String>> slots = new LinkedHashMap<>();
            int count = 0;
            for (DeadLetter letter : unwanted) {
                LetterFile file = files.get(letter.collection());
                LetterIndex.Entry entry = file == null ? null : file.pending().get(LetterIndex.slot(letter));
                if (entry != null && entry.position() == letter.position()) {
                    slots.computeIfAbsent(letter.collection(), collection -> new ArrayList<>())
                            .add(LetterIndex.slot(letter));
                    count++;
                }
            }
            for (Map.Entry<String, List<String>> each : slots.entrySet()) {
                letters.settle(each.getKey(), each.getValue());
            }
            return count;
        }
    }
}
