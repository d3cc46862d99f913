package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.value.JsonPaths;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks for values inside of JSON that Typesense will reject, judged by the first rows of each table. */
public final class JsonChecks {

    private static final Logger log = LoggerFactory.getLogger(JsonChecks.class);

    private static final int ROWS = 1_000;

    private JsonChecks() {}

    /**
     * Returns a warning for each path whose values will cause rows to be rejected.
     *
     * @param present the collections that exist
     */
    public static List<Check> of(
            Config config, SourceSchemas described, Connector connector, Map<Config.Document, CollectionInfo> present) {
        List<Check> warnings = new ArrayList<>();
        try (RowReader reader = connector.rowReader()) {
            for (Config.Document document : config.documents()) {
                TableInfo table = described.of(document);
                CollectionDesign design = described.design(document);
                if (table != null
                        && design != null
                        && !table.key().isEmpty()
                        && !document.isJoined()
                        && design.problems(table.key()).isEmpty()) {
                    List<SinkField> fields = design.fields();
                    CollectionInfo collection = present.getOrDefault(
                            document,
                            new CollectionInfo(
                                    document.collection(), fields, CollectionDesign.nested(fields), null, 0));
                    warnings.addAll(of(document, table, collection, reader));
                }
            }
        }
        return warnings;
    }

    private static List<Check> of(
            Config.Document document, TableInfo table, CollectionInfo collection, RowReader reader) {
        JsonPaths paths = new JsonPaths(collection);
        if (!paths.hasObjects()) {
            return List.of();
        }
        DocumentMapper mapper = new DocumentMapper(document, table.key(), collection);
        List<String> unfit = new ArrayList<>();
        try {
            reader.first(table.schema().table(), table.key(), ROWS, row -> add(mapper, row, paths, unfit));
        } catch (SourceException e) {
            log.debug(
                    "rows of {} cannot be read now: {}",
                    table.schema().table(),
                    e.getMessage()); // the preflight decides
        }
        List<Check> warnings = new ArrayList<>();
        String subject = "documents." + document.collection();
        paths.conflicts(document).forEach((message, hint) -> warnings.add(Check.warning(subject, message, hint)));
        if (!unfit.isEmpty()) {
            warnings.add(Check.warning(
                    subject,
                    unfit.size() + " of the first " + ROWS + " rows would be rejected, such as this one: "
                            + unfit.get(0),
                    "'tidemark plan --sample 1000' shows them"));
        }
        return warnings;
    }

    private static void add(DocumentMapper mapper, Row row, JsonPaths paths, List<String> unfit) {
        String id = mapper.ids(row.schema()).of(row);
        try {
            if (id != null && mapper.verdict(row) == DocumentMapper.Verdict.KEPT) {
                paths.add(mapper.map(id, row));
            }
        } catch (ValueRejectedException e) {
            unfit.add(String.valueOf(e.getMessage()));
        }
    }
}
