package dev.tidemark.startup;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.state.TableStates;
import dev.tidemark.state.TableStates.TableState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The start of a pipeline without an initial load ({@code snapshot: never}): it streams into what it finds. */
final class StreamOnly {

    private static final Logger log = LoggerFactory.getLogger(StreamOnly.class);

    private final TableStates states;

    StreamOnly(TableStates states) {
        this.states = states;
    }

    /** Logs what another mode would load the tables again for. */
    static void report(String reason) {
        log.warn(
                "{}: with snapshot: never, documents of rows that do not change stay as they are. To load a table, run"
                        + " 'tidemark load -c FILE --table TABLE'",
                reason);
    }

    /** Records the mapping, so that a later start reports that it was changed. */
    void record(Targets targets) throws IOException {
        Map<String, TableState> now = new LinkedHashMap<>();
        for (Target target : targets.named()) {
            MappingFingerprint mapping = LoadRecord.mapping(target);
            put(now, target.config(), mapping, LoadRecord.state(target, mapping));
        }
        for (DynamicCollections family : targets.families()) {
            MappingFingerprint mapping = LoadRecord.mapping(family);
            put(now, family.config(), mapping, LoadRecord.state(family, mapping));
        }
        if (!now.isEmpty()) {
            states.put(now);
        }
    }

    private void put(
            Map<String, TableState> now, Config.Document document, MappingFingerprint mapping, TableState found) {
        TableState before = states.of(document.recordName()).orElse(null);
        if (before == null || !mapping.matches(before.fingerprint())) {
            now.put(document.recordName(), found.notLoaded());
        }
    }
}
