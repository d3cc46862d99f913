package dev.tidemark.startup;

import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.state.OffsetFile;
import java.io.IOException;
import java.util.Map;

/** Compares the database with what the state directory records, for commands; records nothing. */
public final class HistoryCheck {

    private HistoryCheck() {}

    public static Check of(Config config, Connector connector) throws IOException {
        Map<String, Object> resumed = Startup.resumed(config, OffsetFile.open(config.state()));
        return SourceHistory.inspect(
                connector.history(),
                HistoryFile.open(config.state()),
                Approvals.open(config.state()),
                resumed == null || connector.isUnfinishedSnapshot(resumed) ? null : resumed);
    }
}
