package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every configuration that the documentation shows is one that the loader reads, and that the schema accepts. */
class DocumentedExamplesTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");
    private static final Pattern SCHEMA = Pattern.compile("^# yaml-language-server: \\$schema=(\\S+)\n");

    private final ConfigSchema schema = new ConfigSchema();
    private final Loading loading;

    DocumentedExamplesTest(@TempDir Path directory) {
        loading = new Loading(directory)
                .with("DB_PASSWORD", "p")
                .with("TYPESENSE_API_KEY", "k")
                .with("ADMIN_TOKEN", "t".repeat(32))
                .withTables("public.orders_1", "public.orders_2");
    }

    /**
     * A block.
     *
     * @param from the directory that a relative path to the schema starts at
     */
    private record Example(Path page, Path from, String text) {

        boolean isComplete() {
            return text.contains("\nname: ") || text.startsWith("name: ");
        }
    }

    @Test
    void blocksOfYaml_areReadAndValid() throws Exception {
        List<Example> examples = examples();
        assertThat(examples).hasSizeGreaterThan(15);
        for (Example example : examples) {
            String yaml = example.isComplete()
                    ? example.text()
                    : Loading.MINIMAL.substring(0, Loading.MINIMAL.indexOf("documents:")) + example.text();
            assertThat(schema.problems(yaml)).as(example.toString()).isEmpty();
            assertThat(loading.config(yaml).documents()).as(example.toString()).isNotEmpty();
        }
    }

    @Test
    void completeExamples_nameTheSchema() throws Exception {
        List<Example> complete = Stream.concat(examples().stream().filter(Example::isComplete), shipped().stream())
                .toList();
        assertThat(complete).hasSizeGreaterThan(6);
        for (Example example : complete) {
            Matcher comment = SCHEMA.matcher(example.text());
            assertThat(comment.lookingAt()).as("first line of " + example).isTrue();
            assertThat(example.from().resolve(comment.group(1)).normalize())
                    .as(example.toString())
                    .isEqualTo(ConfigSchema.FILE);
        }
    }

    @Test
    void shippedConfigurations_areValid() throws Exception {
        assertThat(shipped()).hasSize(3);
        for (Example example : shipped()) {
            assertThat(schema.problems(example.text())).as(example.toString()).isEmpty();
        }
    }

    private static List<Example> examples() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        List<Example> examples = new ArrayList<>();
        for (Path page : pages) {
            FENCED.matcher(Files.readString(page))
                    .results()
                    .forEach(block -> examples.add(new Example(page, ROOT, block.group(1))));
        }
        return examples;
    }

    private static List<Example> shipped() throws IOException {
        List<Example> shipped = new ArrayList<>();
        for (String file : List.of("compose/postgres/tidemark.yml", "compose/mysql/tidemark.yml")) {
            Path page = ROOT.resolve(file);
            shipped.add(new Example(page, page.resolveSibling("."), Files.readString(page)));
        }
        Path manifest = ROOT.resolve("app/distribution/src/kubernetes/tidemark.yml");
        Matcher configuration =
                Pattern.compile("(?m)^  tidemark.yml: \\|\n((?:    .*\n)+)").matcher(Files.readString(manifest));
        assertThat(configuration.find()).isTrue();
        // In the archive the manifest lies in a directory next to the schema's.
        shipped.add(new Example(
                manifest,
                ROOT.resolve("kubernetes"),
                configuration.group(1).replace("\n    ", "\n").strip() + "\n"));
        return shipped;
    }
}
