package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.http.Answer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageFilesTest {

    private final Map<String, Answer> files = PageFiles.load();

    @Test
    void list_isWhatTheFolderHolds() throws IOException, URISyntaxException {
        Path directory = Path.of(Objects.requireNonNull(PageFiles.class.getResource("/page/index.html"))
                        .toURI())
                .getParent();
        try (Stream<Path> found = Files.list(directory)) {
            assertThat(PageFiles.NAMES)
                    .containsExactlyInAnyOrderElementsOf(
                            found.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void files_nameNoOtherHost() {
        assertThat(files).hasSize(PageFiles.NAMES.size()).containsKeys("/", "/page/main.js");
        files.forEach((path, file) -> assertThat(text(file).replace("http://www.w3.org/2000/svg", ""))
                .as(path)
                .isNotEmpty()
                .doesNotContain("http://", "https://", "//cdn"));
    }

    /** The ways by which a text becomes HTML or a script; the policy would stop most of them, too. */
    @Test
    void scripts_putInTextOnly() {
        files.forEach((path, file) -> assertThat(text(file))
                .as(path)
                .doesNotContain(
                        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage"));
    }

    private static String text(Answer file) {
        return new String(file.body(), StandardCharsets.UTF_8);
    }
}
