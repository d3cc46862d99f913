package dev.tidemark.resync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The doubt and the earlier resyncs in the state directory. */
final class ResyncFile {

    private static final String NAME = "resync.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;

    ResyncFile(Path state) {
        this.file = new DurableFile(state.resolve(NAME));
    }

    /**
     * The file's form.
     *
     * @param doubt null if no documents are in doubt
     * @param begun the resyncs of the last day, the oldest first
     */
    record Stored(@Nullable Doubt doubt, List<Begun> begun) {

        static final Stored NOTHING = new Stored(null, List.of());

        Stored {
            begun = List.copyOf(begun);
        }
    }

    /** A resync that began: its reason, and when, ISO-8601. */
    record Begun(String reason, String time) {}

    Stored read() throws IOException {
        Optional<String> content = file.read();
        try {
            return content.isPresent() ? JSON.readValue(content.get(), Stored.class) : Stored.NOTHING;
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    void write(Stored stored) throws IOException {
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stored));
    }
}
