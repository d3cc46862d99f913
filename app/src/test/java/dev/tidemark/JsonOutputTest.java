package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.tidemark.cli.CheckCommand;
import dev.tidemark.cli.KeysCommand;
import dev.tidemark.cli.PlanCommand;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Secret;
import dev.tidemark.golden.Golden;
import dev.tidemark.plan.Difference;
import dev.tidemark.plan.DocumentPlan;
import dev.tidemark.plan.SampleResult;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.ApiKeys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The form of what commands print with {@code --json}. Commands that ask a running service print its answer: see {@code
 * ApiFormsTest}.
 */
class JsonOutputTest {

    private final Path directory;
    private Config config;

    JsonOutputTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void copyState() throws Exception {
        config = GoldenShop.config(directory);
        GoldenState.copy(Path.of("src/test/resources/golden/state-v1"), config.state());
    }

    private String output(String... command) {
        String[] words = Arrays.copyOf(command, command.length + 3);
        words[command.length] = "--json";
        words[command.length + 1] = "-c";
        words[command.length + 2] = directory.resolve("tidemark.yml").toString();
        Commands.Ended ended = Commands.run(words);
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended.out();
    }

    @Test
    void offsetsShow_isFrozen() {
        Golden.assertJson("json/offsets-show.json", output("offsets", "show"));
    }

    @Test
    void deadLettersList_isFrozen() {
        Golden.assertEquals("json/dead-letters-list.jsonl", output("dead-letters", "list"));
    }

    @Test
    void deadLettersDiscard_isFrozen_whenNoServiceRuns() {
        Golden.assertJson("json/dead-letters-discard.json", output("dead-letters", "discard", "--all", "--yes"));
    }

    @Test
    void approve_isFrozen_whenNoServiceRuns() {
        Golden.assertJson("json/approve-list.json", output("approve", "--list"));
        Golden.assertJson("json/approve.json", output("approve", "row-not-found-2", "--abandon"));
    }

    @Test
    void check_isFrozen() {
        Golden.assertJson(
                "json/check.json",
                CheckCommand.json(List.of(
                        Check.ok("wal_level", "logical"),
                        Check.warning("slot tidemark_shop", "found", "hint"),
                        Check.unreachable("typesense", "cannot be reached", "hint"),
                        Check.held("slot tidemark_shop", "in use", "hint"))));
    }

    @Test
    void plan_isFrozen() throws Exception {
        SinkField field = new SinkField("price", "float", true, true, true, null, Map.of("infix", true));
        DocumentPlan full = new DocumentPlan(
                "goods",
                "public.items",
                List.of("shop", "sku"),
                new DocumentPlan.Schema(true, List.of(field)),
                new DocumentPlan.There("goods_1", 100),
                Arrays.stream(Difference.Kind.values())
                        .map(kind -> new Difference(kind, kind == Difference.Kind.NESTED ? null : "price", "message"))
                        .toList(),
                List.of("change"),
                List.of("refusal"),
                "{\"id\":\"1\",\"price\":1.5}",
                new SampleResult(
                        5,
                        1,
                        List.of(new SampleResult.Reject(Map.of("id", "1"), "price", "error")),
                        "schema refused",
                        "note",
                        List.of("advice")));
        DocumentPlan empty = new DocumentPlan(
                "goods",
                "public.items",
                List.of("id"),
                new DocumentPlan.Schema(false, List.of()),
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                null);
        Golden.assertJson("json/plan.json", PlanCommand.json(List.of(full, empty)));
        assertThat(PlanCommand.json(List.of(empty)).get(0).get("document")).isInstanceOf(NullNode.class);
    }

    @Test
    void keysCreate_isFrozen() {
        ApiKeys.Request service =
                new ApiKeys.Request("tidemark shop", List.of("documents:import"), List.of("goods"), List.of("tenant_"));
        ApiKeys.Request search =
                new ApiKeys.Request("search goods", List.of("documents:search"), List.of("goods"), List.of());
        Golden.assertJson(
                "json/keys-create.json",
                KeysCommand.Create.asJson(
                        List.of(service, search),
                        Map.of(service, new ApiKeys.Created(7, new Secret("the-key-of-the-service")))));
    }
}
