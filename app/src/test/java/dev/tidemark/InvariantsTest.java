package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of invariants in docs/ARCHITECTURE.md: each class that it names exists and cites the invariant. */
class InvariantsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| [^|]* \\| (.*) \\|$", Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("`((?:[a-z]+/)*[A-Z]\\w+)");

    @Test
    void invariant_isCitedByTheClassesThatUpholdIt() throws IOException {
        List<Path> sources = new ArrayList<>(sources(Path.of("src")));
        sources.addAll(sources(ROOT.resolve("connectors")));
        List<MatchResult> rows = ROW.matcher(Files.readString(ROOT.resolve("docs/ARCHITECTURE.md")))
                .results()
                .toList();
        assertThat(rows).hasSize(10);
        for (MatchResult row : rows) {
            Pattern cited = Pattern.compile("[Ii]nvariants? [\\d, and]*\\b" + row.group(1) + "\\b");
            List<String> types = TYPE.matcher(row.group(2))
                    .results()
                    .map(type -> type.group(1))
                    .toList();
            assertThat(types).isNotEmpty();
            for (String type : types) {
                assertThat(sources)
                        .as("%s, which invariant %s names, exists and cites it", type, row.group(1))
                        .anyMatch(source -> source.endsWith(Path.of(type + ".java")) && finds(cited, source));
            }
        }
    }

    private static List<Path> sources(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().contains("src/main/java/")
                            && file.toString().endsWith(".java"))
                    .toList();
        }
    }

    private static boolean finds(Pattern pattern, Path file) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(file));
            return matcher.find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
