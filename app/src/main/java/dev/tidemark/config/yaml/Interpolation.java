package dev.tidemark.config.yaml;

import dev.tidemark.config.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces references to variables and files in one value: <code>${VAR}</code>, <code>${VAR:-default}</code> and
 * <code>${file:PATH}</code>; a second dollar sign in front makes the text literal. Inserted text is not searched
 * again, so a secret may hold any characters.
 */
public final class Interpolation {

    private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);
    private static final String FILE = "file:";
    private static final int LARGEST_FILE = 64 * 1024;

    private final Map<String, String> environment;
    private final Paths paths;

    public Interpolation(Map<String, String> environment, Paths paths) {
        this.environment = environment;
        this.paths = paths;
    }

    /**
     * A value with its references replaced.
     *
     * @param faults the references that could not be; if there are any, {@code text} must not be used
     */
    record Result(String text, List<Fault> faults) {}

    /** Reason why a reference could not be replaced. It never shows the inserted text, only how the file spells it. */
    record Fault(String message, String hint) {}

    private static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Fault fault;

        Unresolved(String message, String hint) {
            this.fault = new Fault(message, hint);
        }
    }

    Result replace(String raw) {
        StringBuilder text = new StringBuilder();
        List<Fault> faults = new ArrayList<>();
        int from = 0;
        int at;
        while ((at = raw.indexOf("${", from)) >= 0) {
            if (at > from && raw.charAt(at - 1) == '$') {
                text.append(raw, from, at - 1).append("${");
                from = at + 2;
                continue;
            }
            text.append(raw, from, at);
            int end = raw.indexOf('}', at);
            try {
                if (end < 0) {
                    throw unknown("has a '${' without a '}'");
                }
                text.append(resolve(raw.substring(at + 2, end)));
            } catch (Unresolved e) {
                faults.add(e.fault);
            }
            from = end < 0 ? raw.length() : end + 1;
        }
        return new Result(text.append(raw.substring(from)).toString(), faults);
    }

    private String resolve(String reference) throws Unresolved {
        if (reference.contains("${")) {
            throw unknown("has one reference inside another");
        }
        if (reference.startsWith(FILE)) {
            return content(reference.substring(FILE.length()));
        }
        Matcher variable = VARIABLE.matcher(reference);
        if (!variable.matches()) {
            throw unknown("has a reference of unknown form");
        }
        String value = environment.get(variable.group(1));
        String fallback = variable.group(2);
        if (fallback != null) {
            return value == null || value.isEmpty() ? fallback : value;
        }
        if (value == null) {
            throw new Unresolved(
                    "environment variable " + variable.group(1) + " is not set",
                    "set it, or give a default: ${" + variable.group(1) + ":-...}");
        }
        return value;
    }

    private static Unresolved unknown(String message) {
        return new Unresolved(message, "write ${VAR}, ${VAR:-default} or ${file:PATH}, and $${ for a literal ${");
    }

    private String content(String path) throws Unresolved {
        String named = "file " + Printable.oneLine(path);
        try {
            Path file = paths.file(path);
            if (Files.isDirectory(file)) {
                throw new Unresolved(named + " is a directory", "name the file that holds the value");
            }
            return decode(named, file);
        } catch (NoSuchFileException e) {
            throw new Unresolved(
                    named + " does not exist",
                    "correct the path; it is relative to the configuration file's directory");
        } catch (CharacterCodingException e) {
            throw new Unresolved(named + " is not UTF-8 text", "name a text file that holds only the value");
        } catch (IOException | InvalidPathException e) {
            throw new Unresolved(named + " cannot be read", "check its path and its permissions");
        }
    }

    private static String decode(String named, Path file) throws IOException, Unresolved {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST_FILE + 1);
        }
        if (bytes.length > LARGEST_FILE) {
            throw new Unresolved(named + " is larger than 64KB", "name a file that holds only the value");
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.replaceFirst("\\r?\\n\\z", "");
    }
}
