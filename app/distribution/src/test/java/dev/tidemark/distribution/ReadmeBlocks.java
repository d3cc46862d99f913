package dev.tidemark.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The fenced blocks of README.md or docs/quickstart.md. A comment in front of each says on which databases it applies and what it is:
 * {@code <!-- readme: postgres, restart -->}.
 */
final class ReadmeBlocks {

    private static final Pattern FENCE = Pattern.compile("(?ms)^(<!-- readme: ([^\n]*) -->\n)?```(\\w*)\n(.*?)^```$");

    private ReadmeBlocks() {}

    /**
     * A block.
     *
     * @param on {@code postgres}, {@code mysql}, {@code both} or {@code demo}
     * @param how what to do with it, empty: run it
     * @param language {@code sh}, {@code sql} or {@code yaml}
     */
    record Block(String on, String how, String language, String text) {

        boolean appliesTo(String database) {
            return on.equals(database) || on.equals("both");
        }
    }

    /** Returns all blocks, in their order; one without a comment fails, for nothing would run it. */
    static List<Block> of(Path readme) throws IOException {
        return FENCE.matcher(Files.readString(readme))
                .results()
                .map(match -> {
                    if (match.group(1) == null) {
                        throw new AssertionError("no '<!-- readme: ... -->' in front of the block\n" + match.group(4));
                    }
                    String[] words = Stream.of(match.group(2).split(", ", 2)).toArray(String[]::new);
                    return new Block(words[0], words.length > 1 ? words[1] : "", match.group(3), match.group(4));
                })
                .toList();
    }
}
