package dev.tidemark.config.yaml;

import dev.tidemark.config.ConfigException;
import dev.tidemark.config.Problem;
import dev.tidemark.config.SourceLocations;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** Reads the file into nodes that know their lines, within bounds; nothing in it is ever constructed. */
public final class YamlFile {

    private static final int LARGEST = 1 << 20;
    private static final int DEEPEST = 32;
    private static final int MOST_ALIASES = 64;

    private final Path file;
    private String text = "";

    public YamlFile(Path file) {
        this.file = file;
    }

    /** Returns the file's root; a file that has none is invalid, with the one reason. */
    public MappingNode root() {
        String read = read();
        text = read.startsWith("\uFEFF") ? read.substring(1) : read;
        Node root = compose(text);
        if (root == null || isEmpty(root)) {
            throw invalid(0, "the file is empty", "docs/quickstart.md contains a short one");
        }
        if (root instanceof MappingNode mapping) {
            return mapping;
        }
        throw invalid(line(root), "the file must be a mapping", "it begins with 'name: ...'");
    }

    /** Returns the text that {@link #root} was read from. */
    public SourceLocations.Source source() {
        return new SourceLocations.Source(file.toString(), text.codePoints().toArray());
    }

    private static boolean isEmpty(Node root) {
        return root instanceof ScalarNode && root.getTag().equals(Tag.NULL);
    }

    private String read() {
        if (Files.isDirectory(file)) {
            throw invalid(0, "is a directory", "name the YAML file in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw invalid(0, "is larger than 1MB", "this cannot be a configuration of Tidemark");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw invalid(0, "there is no such file", "name another one with -c");
        } catch (AccessDeniedException e) {
            throw invalid(0, "is not readable", "check its permissions");
        } catch (CharacterCodingException e) {
            throw invalid(0, "is not UTF-8 text", "save it as UTF-8");
        } catch (IOException e) {
            throw invalid(0, "cannot be read (" + e.getClass().getSimpleName() + ")", "check the file and its disk");
        }
    }

    private @Nullable Node compose(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LARGEST);
        limits.setNestingDepthLimit(DEEPEST);
        limits.setMaxAliasesForCollections(MOST_ALIASES);
        try {
            return new Yaml(limits).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            YamlMistake mistake =
                    isReferenceInBraces(text, e) ? YamlMistake.REFERENCE_IN_BRACES : YamlMistake.of(e.getProblem());
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw invalid(line, mistake.message(), mistake.hint());
        } catch (ReaderException e) {
            throw invalid(
                    lineOf(text, e.getPosition()), "not valid YAML: a control character", "remove it, or save as text");
        } catch (YAMLException e) {
            // Without a mark it is one of the limits above.
            throw invalid(0, "is nested too deeply or has too many aliases", "write the values out");
        }
    }

    /**
     * Returns whether the error is at a reference inside braces: there YAML takes the brace of <code>${VAR}</code> for the
     * beginning of a mapping.
     */
    private static boolean isReferenceInBraces(String text, MarkedYAMLException e) {
        int at = e.getProblemMark() == null ? 0 : e.getProblemMark().getIndex();
        return at > 0
                && text.codePoints().skip(at - 1L).limit(2).boxed().toList().equals(List.of((int) '$', (int) '{'));
    }

    private static int lineOf(String text, int position) {
        return 1
                + (int) text.codePoints().limit(position).filter(c -> c == '\n').count();
    }

    static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private ConfigException invalid(int line, String message, String hint) {
        return new ConfigException(file.toString(), List.of(new Problem("", line, null, message, hint)));
    }
}
