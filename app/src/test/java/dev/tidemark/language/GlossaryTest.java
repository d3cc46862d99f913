package dev.tidemark.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A ratchet on words that have a plainer one: {@code glossary.tsv} has a line for each, with the pattern, how often it occurs in main code
 * and how often in documents. A count that rises fails; {@code -Dtidemark.glossary.write=true} writes counts that have fallen.
 */
class GlossaryTest {

    private static final Path ROOT = Path.of("..");
    private static final Path FILE = Path.of("src/test/resources/glossary.tsv");
    private static final boolean WRITE = Boolean.getBoolean("tidemark.glossary.write");

    /** How often a pattern occurs. */
    private record Counts(long code, long documents) {}

    @Test
    void wordsWithAPlainerOne_doNotBecomeMore() throws IOException {
        String code = text(ROOT, path -> path.contains("/src/main/"), ".java", ".js", ".html", ".css", ".yml");
        String documents = text(ROOT, path -> !path.contains("/decisions/") && !path.contains("CHANGELOG"), ".md");
        assertThat(code.length()).as("text of main code").isGreaterThan(1_000_000);
        assertThat(documents.length()).as("text of documents").isGreaterThan(100_000);

        Map<String, Counts> known = read();
        Map<String, Counts> found = new LinkedHashMap<>();
        Map<String, String> risen = new TreeMap<>();
        known.forEach((pattern, before) -> {
            Counts now = new Counts(count(pattern, code), count(pattern, documents));
            found.put(pattern, now);
            if (now.code() > before.code() || now.documents() > before.documents()) {
                risen.put(pattern, before + " became " + now);
            }
        });
        if (WRITE) {
            write(found);
        }
        assertThat(risen)
                .as("use the plainer word; the table is in docs/language.md")
                .isEmpty();
    }

    @Test
    void splitsNames_soThatTheirWordsCount() {
        assertThat(count("\\bfolder\\b", words("StateFolder folderOf FOLDER"))).isEqualTo(3);
    }

    private static long count(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(text);
        long count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    private static String text(Path root, Predicate<String> wanted, String... endings) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> sorted = files.filter(path -> {
                        String name = path.toString();
                        return !name.contains("/target/")
                                && !name.contains("/.")
                                && wanted.test(name)
                                && Stream.of(endings).anyMatch(name::endsWith)
                                && Files.isRegularFile(path);
                    })
                    .sorted()
                    .toList();
            for (Path file : sorted) {
                all.append(words(Files.readString(file))).append('\n');
            }
        }
        return all.toString();
    }

    /** Names in camel case become words. */
    private static String words(String text) {
        return text.replaceAll("(?<=[a-z])(?=[A-Z])", " ").replaceAll("[ \\t\\n*/]+", " ");
    }

    private static Map<String, Counts> read() throws IOException {
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (String line : Files.readAllLines(FILE)) {
            String[] columns = line.split("\t", -1);
            counts.put(columns[0], new Counts(Long.parseLong(columns[1]), Long.parseLong(columns[2])));
        }
        assertThat(counts).hasSizeGreaterThan(30);
        return counts;
    }

    private static void write(Map<String, Counts> counts) throws IOException {
        StringBuilder lines = new StringBuilder();
        counts.forEach((pattern, of) -> lines.append(pattern)
                .append('\t')
                .append(of.code())
                .append('\t')
                .append(of.documents())
                .append('\n'));
        Files.writeString(FILE, lines, StandardCharsets.UTF_8);
    }
}
