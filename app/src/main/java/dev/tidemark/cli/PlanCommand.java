package dev.tidemark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.tidemark.config.Config;
import dev.tidemark.connector.SourceException;
import dev.tidemark.plan.DocumentPlan;
import dev.tidemark.plan.PlanText;
import dev.tidemark.plan.Planner;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.CollectionSchema;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.Ownership;
import dev.tidemark.startup.StartupException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidemark plan}: shows what a run would do with the configuration, and tries a sample of real rows. */
@Command(
        name = "plan",
        description = {
            "Prints the collection that each table would make, and how the one that is there differs from it.",
            "With --sample, real rows are tried in a scratch collection, which is dropped again. Nothing else is changed;"
                    + " works alongside a running service.",
            "Ends with 0 where a run would work, with 1 where rows of the sample are rejected, and with 2 where the run would"
                    + " be rejected."
        })
public final class PlanCommand implements Callable<Integer> {

    private static final int MOST_ROWS = 100_000;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private LogOptions logs = new LogOptions();

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = {
                "try the first N rows of each table, by the document's id; default: ${DEFAULT-VALUE}",
                "The key must be allowed to make and drop collections: that of the environment variable "
                        + AdminKey.VARIABLE + " is used where it is set, else that of the configuration."
            })
    private int samples;

    @Option(names = "--json", description = "print the plan as a JSON array")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final List<String> left = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        if (samples < 0 || samples > MOST_ROWS) {
            throw new ParameterException(
                    spec.commandLine(), "--sample " + samples + ": give a number from 0 to " + MOST_ROWS);
        }
        logs.configure();
        Config loaded = config.load();
        LogOptions.mask(loaded);
        CountDownLatch ended = new CountDownLatch(1);
        Signals.onStop(loaded.name(), Thread.currentThread(), ended);
        try {
            List<DocumentPlan> plans = plans(loaded);
            print(plans);
            return code(plans);
        } catch (StartupException e) {
            return reject(String.valueOf(e.getMessage()));
        } catch (SourceException e) {
            return reject(e.getMessage() + (e.hint().isEmpty() ? "" : "; " + e.hint()));
        } catch (SinkException e) {
            return reject(AdminKey.line(e));
        } catch (IOException e) {
            return reject(String.valueOf(e.getMessage()));
        } finally {
            left.forEach(System.err::println);
            ended.countDown();
        }
    }

    private List<DocumentPlan> plans(Config loaded)
            throws SinkException, InterruptedException, IOException, StartupException {
        TableStates states = TableStates.open(loaded.state());
        Planner.Records records = new Planner.Records(
                states,
                Ownership.open(loaded, OffsetFile.open(loaded.state()), states),
                DynamicCollectionFile.open(loaded.state()));
        try (TypesenseSink sink = new TypesenseSink(AdminKey.of(loaded.sink(), System.getenv()))) {
            return new Planner(loaded, Connectors.create(loaded), sink, records, samples, left::add).plans();
        }
    }

    private int code(List<DocumentPlan> plans) {
        if (plans.stream().anyMatch(DocumentPlan::isRefused)) {
            return ExitCode.REJECTED;
        }
        return plans.stream().anyMatch(DocumentPlan::isRejected) || !left.isEmpty() ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static int reject(String why) {
        System.err.println(why);
        return ExitCode.REJECTED;
    }

    private void print(List<DocumentPlan> plans) throws JsonProcessingException {
        if (!json) {
            plans.forEach(plan -> PlanText.of(plan).forEach(System.out::println));
            return;
        }
        System.out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json(plans)));
    }

    /** Returns the plans as {@code --json} prints them. */
    public static ArrayNode json(List<DocumentPlan> plans) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode array = mapper.createArrayNode();
        for (DocumentPlan plan : plans) {
            ObjectNode node = mapper.valueToTree(plan);
            node.remove(List.of("refused", "rejected"));
            String document = plan.document();
            node.set("document", document == null ? mapper.nullNode() : tree(mapper, document));
            node.set(
                    "schema",
                    CollectionSchema.json(
                            plan.collection(),
                            plan.schema().fields(),
                            plan.schema().enableNestedFields()));
            array.add(node);
        }
        return array;
    }

    private static JsonNode tree(ObjectMapper mapper, String document) throws JsonProcessingException {
        try {
            return mapper.readTree(document);
        } catch (StreamConstraintsException e) {
            return mapper.getNodeFactory().rawValueNode(new RawValue(document)); // deeper or larger than a tree may be
        }
    }
}
