package dev.tidemark.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd unit, the Kubernetes manifest and the compose files, as far as they can be checked without what runs them. */
class MachineFilesIT {

    private static final Path COMPOSE = Path.of("../../compose");

    private static Archive archive;

    @BeforeAll
    static void unpack() throws Exception {
        archive = Archive.unpack();
    }

    @AfterAll
    static void delete() throws IOException {
        archive.close();
    }

    @Test
    void systemdUnit_isValid_andDoesNotRestartARefusal(@TempDir Path directory) throws Exception {
        Program.require("systemd-analyze", "systemd");
        String unit = Files.readString(archive.home().resolve("systemd/tidemark@.service"));
        assertThat(unit)
                .contains(
                        "Restart=on-failure\n",
                        "RestartPreventExitStatus=2\n",
                        "TimeoutStopSec=20s\n",
                        "DynamicUser=yes\n");
        // The name of an instance; the program has to be there for the check.
        Path instance = Files.writeString(
                directory.resolve("tidemark@shop.service"),
                unit.replace("/opt/tidemark", archive.home().toString()));
        Program.Ended ended =
                Program.run(directory, List.of("systemd-analyze", "verify", "--man=no", instance.toString()));
        assertThat(ended.output()).isEmpty();
        assertThat(ended.code()).isZero();
    }

    @Test
    void kubernetesManifest_isOneReplicaThatIsRecreated_withProbesAndWithoutPrivileges() throws Exception {
        List<JsonNode> objects = YamlTree.readAll(archive.home().resolve("kubernetes/tidemark.yml"));
        assertThat(objects)
                .extracting(object -> object.path("kind").asText())
                .containsExactly("Secret", "ConfigMap", "PersistentVolumeClaim", "Deployment", "Service");
        JsonNode deployment = objects.get(3).path("spec");
        assertThat(deployment.path("replicas").asInt()).isEqualTo(1);
        assertThat(deployment.at("/strategy/type").asText()).isEqualTo("Recreate");
        JsonNode pod = deployment.at("/template/spec");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(20);
        JsonNode container = pod.at("/containers/0");
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
        assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/live");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
        assertThat(container.path("volumeMounts").findValuesAsText("mountPath")).contains("/tmp", "/var/lib/tidemark");
    }

    @Test
    void composeFiles_runTidemarkWithoutPrivileges_andListenOnThisMachineOnly() throws Exception {
        JsonNode shared = YamlTree.read(COMPOSE.resolve("services.yml")).path("services");
        assertThat(shared.at("/tidemark/read_only").asBoolean()).isTrue();
        assertThat(shared.at("/tidemark/cap_drop/0").asText()).isEqualTo("ALL");
        assertPortsAreLocal(shared);
        for (String database : new String[] {"postgres", "mysql"}) {
            JsonNode services =
                    YamlTree.read(COMPOSE.resolve(database + ".yml")).path("services");
            assertThat(services.fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder(database, "typesense", "tidemark", "prometheus", "grafana");
            assertPortsAreLocal(services);
            assertThat(COMPOSE.resolve(database).resolve("tidemark.yml")).exists();
            assertThat(COMPOSE.resolve(database).resolve("first.sh")).exists();
        }
    }

    @Test
    void kubernetesManifest_startsOnlyWithAToken_whichItTakesFromItsSecret(@TempDir Path directory) throws Exception {
        List<JsonNode> objects = YamlTree.readAll(archive.home().resolve("kubernetes/tidemark.yml"));
        for (Map.Entry<String, JsonNode> secret :
                objects.get(0).path("stringData").properties()) {
            Files.writeString(
                    directory.resolve(secret.getKey()), secret.getValue().asText());
        }
        String config = objects.get(1).at("/data/tidemark.yml").asText();
        Files.writeString(
                directory.resolve("tidemark.yml"),
                config.replace("/run/secrets/tidemark", directory.toString())
                        .replace("/var/lib", directory.toString()));
        assertThat(started(directory, Map.of())).contains("http.token", "is empty");
        Files.writeString(directory.resolve("admin-token"), "0123456789abcdef\n");
        assertThat(started(directory, Map.of())).doesNotContain("http.token").contains("no state directory");
    }

    @Test
    void composeFiles_startOnlyWithAToken_whichIsTheUsersOwn(@TempDir Path directory) throws Exception {
        JsonNode environment = YamlTree.read(COMPOSE.resolve("services.yml")).at("/services/tidemark/environment");
        assertThat(environment.path("ADMIN_TOKEN").asText()).startsWith("${ADMIN_TOKEN:?");
        for (String database : new String[] {"postgres", "mysql"}) {
            String config = Files.readString(COMPOSE.resolve(database).resolve("tidemark.yml"));
            Files.writeString(directory.resolve("tidemark.yml"), config.replace("/var/lib", directory.toString()));
            Map<String, String> secrets = Map.of("DB_PASSWORD", "p", "TYPESENSE_API_KEY", "k");
            assertThat(started(directory, secrets)).contains("ADMIN_TOKEN is not set");
            Map<String, String> all = new HashMap<>(secrets);
            all.put("ADMIN_TOKEN", "0123456789abcdef");
            assertThat(started(directory, all)).doesNotContain("TOKEN").contains("no state directory");
        }
    }

    /** What a command that needs nothing but the configuration says, which ends with a refusal. */
    private static String started(Path directory, Map<String, String> environment) throws Exception {
        try (Program program = archive.start(directory, environment, "dead-letters", "list", "-c", "tidemark.yml")) {
            Program.Ended ended = program.awaitEnd();
            assertThat(ended.code()).as(ended.output()).isEqualTo(2);
            return ended.output();
        }
    }

    private static void assertPortsAreLocal(JsonNode services) {
        for (JsonNode service : services) {
            for (JsonNode port : service.path("ports")) {
                assertThat(port.asText()).startsWith("127.0.0.1:");
            }
        }
    }
}
