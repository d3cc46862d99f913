package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/configuration.md shows is what the loader takes. */
class DocumentedExamplesTest {

    private static final Pattern FENCED = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

    private final Path folder;

    DocumentedExamplesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void load_takesExamplesOfDocumentation() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "configuration.md"));
        Loading loading = new Loading(folder).with("DB_PASSWORD", "p").with("TYPESENSE_API_KEY", "k");

        String complete = example(document, "name: shop");
        assertThat(loading.config(complete).documents()).hasSize(2);

        String documents = example(document, "documents:\n  - table: public.products\n    collection: goods");
        String start = complete.substring(0, complete.indexOf("documents:"));
        List<Config.Document> read = loading.config(start + documents).documents();
        assertThat(read)
                .singleElement()
                .satisfies(
                        only -> assertThat(only.fields()).containsKeys("name", "price_usd", "stock", "seen", "place"));
    }

    @Test
    void load_takesExamplesOfExpressionsFiltersAndRules() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "configuration.md"));
        Loading loading = new Loading(folder).with("DB_PASSWORD", "p").with("TYPESENSE_API_KEY", "k");
        String complete = example(document, "name: shop");
        String start = complete.substring(0, complete.indexOf("documents:"));
        for (String end : List.of("people\n", "articles\n    where", "products\n    require")) {
            String documents = example(document, "documents:\n  - table: public." + end);
            assertThat(loading.config(start + documents).documents()).hasSize(1);
        }
        String readme = Files.readString(Path.of("..", "README.md"));
        String documents = example(readme, "documents:\n  - table: public.products\n    fields");
        assertThat(loading.config(start + documents).documents()).hasSize(1);
        for (String text : List.of(document, readme)) {
            String tenants = example(text, "documents:\n  - table: public.products\n    collection: { cel");
            assertThat(loading.config(start + tenants).documents()).hasSize(1);
        }
    }

    @Test
    void load_takesExampleOfReadme() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        Loading loading = new Loading(folder).with("DB_PASSWORD", "p").with("TYPESENSE_API_KEY", "k");

        Config config = loading.config(example(readme, "name: shop"));

        assertThat(config.documents()).extracting(Config.Document::collection).containsExactly("products", "customers");
    }

    /** The indented or fenced block that begins with the given text. */
    private static String example(String document, String start) {
        Stream<String> indented = Arrays.stream(document.split("\n\n", -1))
                .filter(block -> block.startsWith("    "))
                .map(block -> block.lines().map(line -> line.substring(4)).collect(Collectors.joining("\n", "", "\n")));
        Stream<String> fenced = FENCED.matcher(document).results().map(block -> block.group(1));
        return Stream.concat(indented, fenced)
                .filter(block -> block.startsWith(start))
                .findFirst()
                .orElseThrow();
    }
}
