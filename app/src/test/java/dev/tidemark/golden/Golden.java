package dev.tidemark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Compares what is persisted or public with a file of {@code src/test/resources/golden}. A difference means that stored state or
 * clients break: the form has to change back, or the earlier form has to stay readable and the change has to be documented. With
 * {@code -Dgolden.write=true} the files are written instead of compared.
 */
public final class Golden {

    private static final Path FILES = Path.of("src/test/resources/golden");
    private static final boolean WRITE = Boolean.getBoolean("golden.write");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");

    private Golden() {}

    /** Asserts that a text equals the golden file of that name. */
    public static void assertEquals(String name, String text) {
        Path file = FILES.resolve(name);
        String ended = text.endsWith("\n") ? text : text + "\n";
        try {
            if (WRITE) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, ended);
            }
            assertThat(ended)
                    .as("the form of %s; if the change is intended, run with -Dgolden.write=true", name)
                    .isEqualTo(Files.exists(file) ? Files.readString(file) : "(" + file + " is missing)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that JSON equals the golden file of that name, with sorted keys and each value on a line of its own. */
    public static void assertJson(String name, JsonNode json) {
        assertEquals(name, pretty(json));
    }

    /** Asserts that JSON equals the golden file of that name, with sorted keys and without its times. */
    public static void assertJson(String name, String json) {
        try {
            assertJson(name, JSON.readTree(withoutTimes(json)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text with a placeholder for each instant. */
    public static String withoutTimes(String text) {
        return TIME.matcher(text).replaceAll("<time>");
    }

    private static String pretty(JsonNode json) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        try {
            return JSON.writer(printer).writeValueAsString(JSON.treeToValue(json, Object.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
