package dev.tidemark.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigException;
import dev.tidemark.config.FakeConnectorFactory;
import dev.tidemark.config.Loading;
import dev.tidemark.config.read.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relative paths start at the configuration file's directory, wherever a command is started. */
class PathsTest {

    private final Path directory;

    PathsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Config load(Map<String, String> environment, String more) throws Exception {
        Path file = Files.writeString(
                Files.createDirectories(directory.resolve("conf")).resolve("tidemark.yml"), Loading.MINIMAL + more);
        return ConfigLoader.load(file, List.of(FakeConnectorFactory.POSTGRES), environment);
    }

    @Test
    void state_isBesideTheFile() throws Exception {
        assertThat(load(Map.of(), "").state()).isEqualTo(directory.resolve("conf/state"));
        assertThat(load(Map.of(), "state: data/shop").state()).isEqualTo(directory.resolve("conf/data/shop"));
        assertThat(load(Map.of(), "state: " + directory.resolve("elsewhere")).state())
                .isEqualTo(directory.resolve("elsewhere"));
    }

    @Test
    void state_isInTheDirectoryThatTheServiceManagerGives() throws Exception {
        Map<String, String> environment =
                Map.of(Paths.STATE_BASE, directory.resolve("var").toString());
        assertThat(load(environment, "").state()).isEqualTo(directory.resolve("var/state"));
        assertThat(load(environment, "state: /srv/shop").state()).isEqualTo(Path.of("/srv/shop"));
    }

    @Test
    void secretFiles_areBesideTheFile() throws Exception {
        Files.createDirectories(directory.resolve("conf"));
        Files.writeString(directory.resolve("conf/token"), "0123456789abcdef\n");
        assertThat(load(Map.of(), "http: { token: \"${file:token}\" }").http().token())
                .isNotNull();
        ConfigException missing =
                catchThrowableOfType(ConfigException.class, () -> load(Map.of(), "http: { token: \"${file:none}\" }"));
        assertThat(missing).hasMessageContaining("relative to the configuration file's directory");
    }

    @Test
    void stateOfAnEarlierVersion_isNotPassedOver() throws Exception {
        Path working = Files.createDirectories(directory.resolve("home"));
        Path conf = Files.createDirectories(directory.resolve("conf"));
        Paths paths = new Paths(conf, conf, working);
        assertThat(paths.leftInWorkingDirectory("state")).isEmpty();
        Files.createDirectories(working.resolve("state"));
        assertThat(paths.leftInWorkingDirectory("state")).as("not one of ours").isEmpty();
        Files.createFile(working.resolve("state/lock"));
        assertThat(paths.leftInWorkingDirectory("state")).contains(working.resolve("state"));
        assertThat(paths.leftInWorkingDirectory(conf.resolve("state").toString()))
                .as("an absolute path names one directory")
                .isEmpty();
        assertThat(new Paths(working, working, working).leftInWorkingDirectory("state"))
                .isEmpty();
        Files.createDirectories(conf.resolve("state"));
        assertThat(paths.leftInWorkingDirectory("state"))
                .as("both exist: the configuration's counts")
                .isEmpty();
    }
}
