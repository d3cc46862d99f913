package dev.tidemark.verify;

import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkException;
import dev.tidemark.verify.hash.Content;
import dev.tidemark.verify.hash.Fields;
import dev.tidemark.verify.hash.Hash;
import dev.tidemark.verify.hash.HashComparison;
import dev.tidemark.verify.hash.HashFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Compares documents with their rows, once. Both sides are read in full, and what each document is to be, and is, is kept as hashes on
 * disk. What is not the same is checked again. One thread.
 */
final class Verification {

    /** Documents in a part of the hashes. */
    private static final int PART = 20_000;

    private static final int MAX_PARTS = 256;

    /** Suspects that are checked again at a time (invariant 3). */
    private static final int WAVE = 10_000;

    private final VerifyRequest request;
    private final Sides sides;
    private final Surroundings around;
    private final Findings findings;
    /** Documents whose hash, less this, is below the limit of a sample are compared. */
    private final long salt = ThreadLocalRandom.current().nextLong();

    Verification(VerifyRequest request, Sides sides, Surroundings around, Findings findings) {
        this.request = request;
        this.sides = sides;
        this.around = around;
        this.findings = findings;
    }

    /**
     * Runs.
     *
     * @throws VerifyException if it cannot be run or ended
     * @throws dev.tidemark.connector.SourceException if the database cannot be read now
     */
    void run() throws VerifyException, SinkException, IOException, InterruptedException {
        Scope.Readers readers =
                new Scope.Readers(sides.connector(), sides.reader(), sides.queriesPerSecond(), around::mayRead);
        try (Scope scope = Scope.of(request, sides.targets(), sides.joined(), readers)) {
            requireNoObstacle(scope);
            HashFiles.clear(sides.directory());
            long documents = documents(scope);
            int parts = (int) Math.max(1, Math.min(MAX_PARTS, documents / PART + 1));
            try (HashFiles rows = new HashFiles(sides.directory(), "rows", parts);
                    HashFiles stored = new HashFiles(sides.directory(), "documents", parts)) {
                long limit = limit(documents);
                readRows(scope, rows, limit);
                readDocuments(scope, stored, limit);
                compare(scope, rows, stored, parts);
            }
            requireNoObstacle(scope);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void requireNoObstacle(Scope scope) throws VerifyException {
        for (Entry entry : scope.entries()) {
            Optional<VerifyException> obstacle = around.obstacle(entry.table());
            if (obstacle.isPresent()) {
                throw obstacle.get();
            }
        }
    }

    private long documents(Scope scope) throws SinkException, InterruptedException {
        long sum = 0;
        for (String collection : scope.collections()) {
            sum += sides.sink().find(collection).map(CollectionInfo::documents).orElse(0L);
        }
        for (Entry entry : scope.entries()) {
            sum = Math.max(sum, sides.targets().estimatedRows(entry.table()));
        }
        return sum;
    }

    /** Returns below which hash documents are compared, unsigned; 0: all of them. */
    private long limit(long documents) {
        if (request.sample() <= 0 || request.sample() >= documents) {
            return 0;
        }
        double share = (double) request.sample() / documents;
        return Math.max(1, (long) (share * 0x1p63) << 1);
    }

    private boolean isSampled(long hash, long limit) {
        return limit == 0 || Long.compareUnsigned(Hash.of(hash, salt), limit) < 0;
    }

    private void readRows(Scope scope, HashFiles rows, long limit) throws IOException, InterruptedException {
        for (Entry entry : scope.entries()) {
            entry.scan(false, row -> {
                Place place = scope.of(entry, row.collection());
                long hash = HashFiles.hash(row.collection(), row.id());
                if (place != null && isSampled(hash, limit)) {
                    findings.checked(place.collection(), 1);
                    add(rows, hash, row.content().hash(), place, row.id());
                }
            });
        }
        rows.finish();
    }

    private void readDocuments(Scope scope, HashFiles documents, long limit)
            throws SinkException, IOException, InterruptedException {
        for (String collection : scope.collections()) {
            long[] unmapped = {0};
            sides.sink().exportDocuments(collection, document -> {
                Place place = scope.of(collection, document.id());
                long hash = HashFiles.hash(collection, document.id());
                if (place != null && isSampled(hash, limit)) {
                    Fields fields = place.entry().fields(collection);
                    document.content().fieldNames().forEachRemaining(name -> {
                        if (!fields.has(name) && !name.equals("id")) {
                            unmapped[0]++;
                        }
                    });
                    long content = Content.of(document.content(), fields).hash();
                    add(documents, hash, content, place, document.id());
                }
            });
            findings.unmapped(unmapped[0]);
        }
        documents.finish();
    }

    private static void add(HashFiles files, long hash, long content, Place place, String id) {
        try {
            files.add(hash, content, place.index(), id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compare(Scope scope, HashFiles rows, HashFiles stored, int parts)
            throws VerifyException, SinkException, IOException, InterruptedException {
        @Nullable Repairs repairs = request.repair() ? new Repairs(around, findings) : null;
        Recheck recheck = new Recheck(sides.sink(), sides.reader(), around, findings, repairs);
        HashComparison comparison = new HashComparison(rows, stored, parts);
        List<Suspect> suspects = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            for (long pass = 0; pass < comparison.passes(part); pass++) {
                comparison.compare(
                        part, pass, each -> suspects.add(new Suspect(scope.place(each.place()), each.text())));
                while (suspects.size() >= WAVE) {
                    List<Suspect> wave = suspects.subList(0, WAVE);
                    recheck.run(wave);
                    wave.clear();
                }
            }
        }
        recheck.run(suspects);
        if (repairs != null) {
            repairs.finish();
        }
    }
}
