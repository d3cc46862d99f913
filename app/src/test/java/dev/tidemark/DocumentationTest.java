package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.health.Health;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation as a reader uses it: links lead somewhere, and what is to be looked up has its heading. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final int WIDTH = 120;

    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*)$");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");

    /** A page that code, rules or comments name, perhaps with an anchor or, behind a comma, a heading. */
    private static final Pattern NAMED =
            Pattern.compile("\\bdocs/([A-Za-z0-9_/-]+\\.md)(#[a-z0-9-]+)?(?:,\\s*\\\\?\"([^\"\\\\]+)\\\\?\")?");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    @Test
    void links_leadToFilesAndHeadings() throws Exception {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (String target : links(page)) {
                links++;
                if (!exists(page, target)) {
                    broken.add(ROOT.relativize(page) + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(200);
    }

    @Test
    void pagesNamedInCodeRulesAndUnits_existWithTheirHeadings() throws Exception {
        List<String> broken = new ArrayList<>();
        Set<String> named = new TreeSet<>();
        for (Path file : sources()) {
            Matcher matcher = NAMED.matcher(text(file));
            while (matcher.find()) {
                named.add(matcher.group(1));
                Path page = DOCS.resolve(matcher.group(1));
                String anchor = matcher.group(2) != null
                        ? matcher.group(2).substring(1)
                        : matcher.group(3) != null ? slug(matcher.group(3)) : "";
                if (!Files.exists(page) || !anchor.isEmpty() && !anchors(page).contains(anchor)) {
                    broken.add(ROOT.relativize(file) + ": " + matcher.group());
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(named).contains("runbook.md", "reference/configuration.md", "quickstart.md");
    }

    @Test
    void pages_areReachedFromTheReadme() throws Exception {
        Set<Path> reached = new LinkedHashSet<>();
        Deque<Path> open = new ArrayDeque<>(List.of(ROOT.resolve("README.md")));
        while (!open.isEmpty()) {
            Path page = open.remove();
            if (reached.add(page)) {
                for (String target : links(page)) {
                    String file = target.replaceFirst("#.*", "");
                    if (file.endsWith(".md") && !file.contains(":")) {
                        open.add(page.resolveSibling(file).normalize());
                    }
                }
            }
        }
        Path decisions = DOCS.resolve("decisions");
        assertThat(pages().stream().filter(page -> !page.startsWith(decisions)))
                .allSatisfy(page -> assertThat(reached).contains(page));
    }

    @Test
    void alerts_haveTheirParagraphInTheRunbook() throws Exception {
        Matcher alerts = Pattern.compile("(?m)^ *- alert: (\\w+)$")
                .matcher(Files.readString(ROOT.resolve("compose/prometheus/alerts.yml")));
        List<String> names = alerts.results().map(alert -> alert.group(1)).toList();
        assertThat(names).hasSizeGreaterThan(20);
        String runbook = Files.readString(DOCS.resolve("runbook.md"));
        for (String name : names) {
            assertThat(runbook).containsPattern("(?m)^### " + name + "\n\n\\*[^*]{10,}(Critical|Warning)\\.\\*\\s");
        }
        assertThat(headings(DOCS.resolve("runbook.md")).stream().filter(heading -> heading.startsWith("Tidemark")))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void partsOfHealth_haveTheirHeadingInTheRunbook() throws Exception {
        assertThat(headings(DOCS.resolve("runbook.md")))
                .containsAll(Arrays.stream(Health.Part.values())
                        .map(part -> "Part: " + part.label())
                        .toList());
    }

    @Test
    void commands_haveTheirHeading() throws Exception {
        String page = Files.readString(DOCS.resolve("reference/commands.md"));
        assertThat(Main.commandLine().getSubcommands().keySet())
                .hasSizeGreaterThan(15)
                .allSatisfy(command -> assertThat(page).containsPattern("(?m)^## .*`" + command + "[` ]"));
    }

    @Test
    void keysOfTheConfiguration_haveTheirHeading() throws Exception {
        JsonNode schema = new ObjectMapper().readTree(Files.readString(ROOT.resolve("schema/tidemark.schema.json")));
        List<String> keys = new ArrayList<>();
        names(schema).forEach(key -> {
            List<String> inside = names(schema.at("/properties/" + key));
            switch (key) {
                case "source" -> {
                    keys.addAll(names(schema.at("/properties/source/properties/postgres")));
                    keys.addAll(names(schema.at("/properties/source/properties/mysql")));
                    names(schema.at("/definitions/reads")).forEach(name -> keys.add("reads." + name));
                }
                case "sink" ->
                    names(schema.at("/properties/sink/properties/typesense"))
                            .forEach(name -> keys.add("sink.typesense." + name));
                default -> {
                    if (inside.isEmpty()) {
                        keys.add(key);
                    }
                    inside.forEach(name -> keys.add(key + "." + name));
                }
            }
        });
        names(schema.at("/definitions/document")).forEach(name -> keys.add("documents[]." + name));
        keys.removeAll(List.of("reads", "tls"));
        assertThat(keys).hasSizeGreaterThan(45);
        assertThat(headings(DOCS.resolve("reference/configuration.md")))
                .containsAll(keys.stream().map(key -> "`" + key + "`").toList());
    }

    @Test
    void lines_areNoLongerThan120() throws Exception {
        List<String> longer = new ArrayList<>();
        for (Path page : pages()) {
            String name = ROOT.relativize(page).toString();
            if (!name.startsWith("docs/") && !name.equals("README.md")
                    || name.startsWith("docs/decisions/")
                    || name.equals("docs/ARCHITECTURE.md")) {
                continue;
            }
            boolean fenced = false;
            for (String line : Files.readAllLines(page)) {
                fenced ^= line.startsWith("```");
                boolean free = fenced || line.startsWith("|") || line.startsWith("    ") || line.contains("`{");
                if (!free && line.length() > WIDTH) {
                    longer.add(name + ": " + line);
                }
            }
        }
        assertThat(longer).isEmpty();
    }

    private static List<String> names(JsonNode section) {
        List<String> names = new ArrayList<>();
        section.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String name : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md")) {
            pages.add(ROOT.resolve(name));
        }
        try (Stream<Path> files = Files.walk(DOCS)) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /** Files of the checkout that may name a page of the documentation. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>(List.of(
                ROOT.resolve("tidemark"),
                ROOT.resolve("SECURITY.md"),
                ROOT.resolve("CONTRIBUTING.md"),
                ROOT.resolve("pom.xml")));
        for (String directory : List.of("app", "connectors", "compose", "schema", ".ci")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().contains("/target/"))
                        .filter(file -> !file.getFileName().toString().matches("DocumentationTest.java|.*\\.(png|jar)"))
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            return ""; // not a text
        }
    }

    private static List<String> links(Path page) throws IOException {
        String prose = CODE.matcher(withoutBlocks(Files.readString(page))).replaceAll("`code`");
        return LINK.matcher(prose).results().map(link -> link.group(1)).toList();
    }

    private static String withoutBlocks(String markdown) {
        return markdown.replaceAll("(?ms)^```.*?^```$", "");
    }

    private boolean exists(Path page, String target) throws IOException {
        if (target.matches("[a-z]+:.*")) {
            return true; // of another host
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
    }

    private Set<String> anchors(Path page) throws IOException {
        Set<String> known = anchors.get(page);
        if (known == null) {
            known = new TreeSet<>();
            for (String heading : headings(page)) {
                String slug = slug(heading);
                int again = 1;
                String free = slug;
                while (!known.add(free)) {
                    free = slug + "-" + again++;
                }
            }
            ANCHOR.matcher(Files.readString(page))
                    .results()
                    .map(anchor -> anchor.group(1))
                    .forEach(known::add);
            anchors.put(page, known);
        }
        return known;
    }

    private static List<String> headings(Path page) throws IOException {
        return withoutBlocks(Files.readString(page))
                .lines()
                .map(HEADING::matcher)
                .filter(Matcher::matches)
                .map(heading -> heading.group(1))
                .toList();
    }

    /** Returns the anchor that GitHub gives a heading. */
    private static String slug(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }
}
