package dev.tidemark.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pending decisions of operators, in the state directory. Each change is durable when a call returns: a crash does not lose
 * what was found (invariants 6 and 9). The code that raises an approval carries the decision out and then removes it. Any thread.
 */
public final class Approvals {

    private static final String NAME = "approvals.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private Stored stored;

    /** The file's form; {@code last} is the highest number that an id has had. */
    private record Stored(long last, List<Approval> approvals) {}

    private Approvals(DurableFile file, Stored stored) {
        this.file = file;
        this.stored = stored;
    }

    /**
     * Reads the approvals of a state directory.
     *
     * @throws IOException if the file cannot be read or is damaged; the message is for the operator
     */
    public static Approvals open(Path state) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        try {
            return new Approvals(
                    file, content.isPresent() ? JSON.readValue(content.get(), Stored.class) : new Stored(0, List.of()));
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns all of them in the order in which they arose, those that are decided and not carried out included. */
    public synchronized List<Approval> all() {
        return stored.approvals();
    }

    /** Returns those that wait for a decision. */
    public synchronized List<Approval> pending() {
        return stored.approvals().stream()
                .filter(each -> each.verdict() == null)
                .toList();
    }

    /** Returns one of them; empty if there is none of that id. */
    public synchronized Optional<Approval> of(String id) {
        return stored.approvals().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** Returns the decision on one of them; null if there is none yet, or no such approval. */
    public synchronized @Nullable Verdict verdict(String id) {
        return of(id).map(Approval::verdict).orElse(null);
    }

    /** Raises an approval of a reason, with an id that was never used. Its own id is ignored. */
    public synchronized Approval raise(Approval of) throws IOException {
        long number = stored.last() + 1;
        String id = of.reason().replace('_', '-').toLowerCase(Locale.ROOT) + "-" + number;
        Approval raised = new Approval(
                id,
                of.reason(),
                of.subject(),
                of.since(),
                of.message(),
                of.approving(),
                of.abandoning(),
                of.count(),
                of.examples(),
                null);
        Map<String, Approval> now = byId();
        now.put(id, raised);
        save(number, now);
        return raised;
    }

    /**
     * Records a decision. A decision that was made before stays.
     *
     * @return the approval with its decision; empty if there is none of that id
     */
    public synchronized Optional<Approval> decide(String id, Verdict verdict) throws IOException {
        Map<String, Approval> now = byId();
        Approval known = now.get(id);
        if (known == null || known.verdict() != null) {
            return Optional.ofNullable(known);
        }
        Approval decided = known.decided(verdict);
        now.put(id, decided);
        save(stored.last(), now);
        return Optional.of(decided);
    }

    /** Removes one that was carried out, or whose cause has ended. */
    public synchronized void remove(String id) throws IOException {
        Map<String, Approval> now = byId();
        if (now.remove(id) != null) {
            save(stored.last(), now);
        }
    }

    private Map<String, Approval> byId() {
        Map<String, Approval> byId = new LinkedHashMap<>();
        stored.approvals().forEach(each -> byId.put(each.id(), each));
        return byId;
    }

    private void save(long last, Map<String, Approval> now) throws IOException {
        Stored next = new Stored(last, List.copyOf(now.values()));
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(next));
        stored = next;
    }
}
