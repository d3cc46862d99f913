package dev.tidemark.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Config;
import dev.tidemark.config.Loading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {

    private final Path directory;

    InterpolationTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private final Interpolation interpolation = new Interpolation(
            Map.of("A", "one", "EMPTY", "", "ODD", "${A}: [\"#$${", "PORT", "9090"),
            Paths.of(Path.of("tidemark.yml"), Map.of()));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    plain              | plain
                    ${A}               | one
                    x${A}y${A}z        | xoneyonez
                    ${NONE:-two}       | two
                    ${EMPTY:-two}      | two
                    ${A:-two}          | one
                    ${NONE:-}          | ""
                    ${NONE:-a:-b c}    | a:-b c
                    $${A}              | ${A}
                    $$${A}             | $${A}
                    ${A}$${A}          | one${A}
                    $A $               | $A $
                    """)
    void replace_resolves(String raw, String text) {
        assertThat(interpolation.replace(raw).faults()).isEmpty();
        assertThat(interpolation.replace(raw).text()).isEqualTo(text);
    }

    @Test
    void replace_doesNotLookAtWhatItPutIn() {
        assertThat(interpolation.replace("${ODD}").text()).isEqualTo("${A}: [\"#$${");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ${NONE}            | environment variable NONE is not set
                    ${A               | has a '${' without a '}'
                    ${}                | has a reference of unknown form
                    ${1A}              | has a reference of unknown form
                    ${A-b}             | has a reference of unknown form
                    ${A:-${PORT}}      | has one reference inside another
                    ${file:none.txt}   | file none.txt does not exist
                    ${file:.}          | file . is a directory
                    """)
    void replace_tellsFaults(String raw, String message) {
        assertThat(interpolation.replace(raw).faults())
                .extracting(Interpolation.Fault::message)
                .containsExactly(message);
    }

    @Test
    void replace_tellsEveryFault() {
        assertThat(interpolation.replace("${X}${A}${Y}").faults()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"'a\n',a", "'a\r\n',a", "'a\n\n','a\n'", "a,a", "' a ',' a '"})
    void replace_trimsOneNewlineOfFile(String content, String text) throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), content);
        assertThat(interpolation.replace("${file:" + file + "}").text()).isEqualTo(text);
    }

    @Test
    void replace_refusesLargeAndBinaryFiles() throws Exception {
        Path large = Files.write(directory.resolve("large"), new byte[(64 << 10) + 1]);
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
        assertThat(interpolation
                        .replace("${file:" + large + "}")
                        .faults()
                        .get(0)
                        .message())
                .endsWith("is larger than 64KB");
        assertThat(interpolation
                        .replace("${file:" + binary + "}")
                        .faults()
                        .get(0)
                        .message())
                .endsWith("is not UTF-8 text");
    }

    @Test
    void load_typesWhatWasPutIn() {
        Config config = new Loading(directory)
                .with("PORT", "9090")
                .with("EVERY", "5")
                .with("CREATE", "false")
                .config(Loading.MINIMAL + """
                              create: ${CREATE}
                          http: { port: "${PORT}" }
                          flush:
                            interval: ${EVERY}s
                            documents: ${DOCUMENTS:-7}
                          """);
        assertThat(config.http().port()).isEqualTo(9090);
        assertThat(config.flush().interval()).hasSeconds(5);
        assertThat(config.flush().documents()).isEqualTo(7);
        assertThat(config.documents().get(0).create()).isFalse();
    }
}
