package dev.tidemark.cli.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterJson;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.deadletter.Letters;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DeadLettersCommandTest {

    private final Path state;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    DeadLettersCommandTest(@TempDir Path state) {
        this.state = state;
    }

    private int run(String... arguments) {
        return new CommandLine(new DeadLettersCommand(
                        config -> {
                            if (!config.endsWith("tidemark.yml")) {
                                throw new IllegalArgumentException(config + " is not there");
                            }
                            return state;
                        },
                        config -> position -> "LSN 0/" + position))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private DeadLetters write(DeadLetter... deadLetters) throws Exception {
        DeadLetters opened = DeadLetters.open(state.resolve(DeadLetters.DIRECTORY), 1 << 20);
        opened.append(List.of(deadLetters));
        return opened;
    }

    @Test
    void list_printsATable_besideAWriter() throws Exception {
        try (DeadLetters deadLetters = write(
                Letters.of("products", "1", 7),
                Letters.of("products", "2\u001b[31m\n", 8),
                Letters.of("orders", "9", 9))) {
            deadLetters.resolve("products", List.of("1"));
            assertThat(run("list", "-c", "tidemark.yml")).isZero();
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "COLLECTION  ID             TABLE            OPERATION  ERROR                           POSITION"
                                + "  TIME",
                        "orders      9              public.products  upsert     Field `price` must be a float.  LSN 0/9 "
                                + "  2026-01-02T03:04:09Z",
                        "products    2\\u001b[31m\\n  public.products  upsert     Field `price` must be a float.  LSN 0/8 "
                                + "  2026-01-02T03:04:09Z",
                        "2 dead letters");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void list_changesNothing_andReadsPastATornEnd() throws Exception {
        write(Letters.of("products", "1", 7)).close();
        Path file = state.resolve(DeadLetters.DIRECTORY).resolve("products.jsonl");
        String torn = Files.readString(file) + "{\"id\":\"2";
        Files.writeString(file, torn);
        assertThat(run("list", "-c", "tidemark.yml", "--json")).isZero();
        assertThat(out.toString())
                .isEqualTo(DeadLetterJson.text(Letters.of("products", "1", 7)) + System.lineSeparator());
        assertThat(Files.readString(file)).isEqualTo(torn);
    }

    @Test
    void list_stopsAtTheLimit_andStillCountsAll() throws Exception {
        List<DeadLetter> many = new ArrayList<>();
        for (int id = 0; id < 150; id++) {
            many.add(Letters.of(id < 75 ? "a" : "b", "id" + id, id));
        }
        write(many.toArray(DeadLetter[]::new)).close();
        assertThat(run("list", "-c", "tidemark.yml")).isZero();
        assertThat(out.toString().lines()).hasSize(102).endsWith("150 dead letters, the first 100 shown: see --limit");
        out.getBuffer().setLength(0);
        assertThat(run("list", "-c", "tidemark.yml", "--collection", "b", "--limit", "2"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(4).endsWith("75 dead letters, the first 2 shown: see --limit");
        out.getBuffer().setLength(0);
        assertThat(run("list", "-c", "tidemark.yml", "--json")).isZero();
        assertThat(out.toString().lines()).hasSize(150);
    }

    @Test
    void list_saysZero_beforeTheFirstRun() {
        assertThat(run("list", "-c", "tidemark.yml")).isZero();
        assertThat(out.toString().lines()).containsExactly("0 dead letters");
        assertThat(state).isEmptyDirectory();
    }

    @Test
    void list_shortensALongError() throws Exception {
        DeadLetter deadLetter = new DeadLetter(
                "products", "", "t", "k", "delete", "{}", "😀".repeat(80), 1, 7, Letters.COMMITTED, Letters.TIME);
        write(deadLetter).close();
        assertThat(run("list", "-c", "tidemark.yml")).isZero();
        assertThat(out.toString()).contains("(none)", "😀".repeat(47) + "...  LSN 0/7");
    }

    @Test
    void show_printsAllOfOne() throws Exception {
        write(
                        Letters.of("products", "-1", 7, "{\"id\":\"-1\",\"price\":1.10,\"tags\":[\"a\"]}"),
                        Letters.of("products", "2", 8))
                .close();
        assertThat(run("show", "-c", "tidemark.yml", "--collection", "products", "--", "-1"))
                .isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "collection  products",
                        "id          -1",
                        "table       public.products",
                        "key         id=-1",
                        "operation   upsert",
                        "error       Field `price` must be a float.",
                        "attempts    1",
                        "position    LSN 0/7",
                        "committed   2026-01-02T03:04:05.678Z",
                        "time        2026-01-02T03:04:09Z",
                        "document",
                        "{",
                        "  \"id\" : \"-1\",",
                        "  \"price\" : 1.10,",
                        "  \"tags\" : [ \"a\" ]",
                        "}");
    }

    @Test
    void show_printsADocumentThatIsNotJson() throws Exception {
        write(Letters.of("products", "1", 7, "{oops")).close();
        assertThat(run("show", "-c", "tidemark.yml", "--collection", "products", "1"))
                .isZero();
        assertThat(out.toString().lines()).endsWith("document", "{oops");
    }

    @Test
    void show_ofAnUnknownId_fails() throws Exception {
        write(Letters.of("products", "1", 7)).close();
        assertThat(run("show", "-c", "tidemark.yml", "--collection", "products", "2"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("No dead letter of id \"2\"", "dead-letters list");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void damagedFiles_failWithTheirHint() throws Exception {
        write(Letters.of("products", "1", 7), Letters.of("products", "2", 8)).close();
        Path file = state.resolve(DeadLetters.DIRECTORY).resolve("products.jsonl");
        Files.writeString(file, "#" + Files.readString(file));
        assertThat(run("list", "-c", "tidemark.yml")).isEqualTo(1);
        assertThat(err.toString()).contains("products.jsonl, line 1");
    }

    @Test
    void refusals_end2() {
        assertThat(run("list", "-c", "missing.yml")).isEqualTo(2);
        assertThat(err.toString()).contains("missing.yml is not there");
        assertThat(run("list", "-c", "tidemark.yml", "--limit", "0")).isEqualTo(2);
        assertThat(run("show", "-c", "tidemark.yml", "1")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void configuration_isThatOfTheDirectory_ifNoneIsNamed() {
        assertThat(run("list")).isZero();
    }
}
