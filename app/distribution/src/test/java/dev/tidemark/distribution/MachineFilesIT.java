package dev.tidemark.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

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
    void systemdUnit_isValid_andDoesNotRestartARefusal(@TempDir Path folder) throws Exception {
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
                folder.resolve("tidemark@shop.service"),
                unit.replace("/opt/tidemark", archive.home().toString()));
        Program.Ended ended =
                Program.run(folder, List.of("systemd-analyze", "verify", "--man=no", instance.toString()));
        assertThat(ended.output()).isEmpty();
        assertThat(ended.code()).isZero();
    }

    @Test
    void kubernetesManifest_isOneReplicaThatIsRecreated_withProbesAndWithoutPrivileges() throws Exception {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object object : new Yaml().loadAll(Files.readString(archive.home().resolve("kubernetes/tidemark.yml")))) {
            objects.add(asMap(object));
        }
        assertThat(objects)
                .extracting(object -> object.get("kind"))
                .containsExactly("Secret", "ConfigMap", "PersistentVolumeClaim", "Deployment", "Service");
        Map<String, Object> deployment = asMap(objects.get(3).get("spec"));
        assertThat(deployment).containsEntry("replicas", 1).containsEntry("strategy", Map.of("type", "Recreate"));
        Map<String, Object> pod = asMap(asMap(deployment.get("template")).get("spec"));
        assertThat(asMap(pod.get("securityContext")))
                .containsEntry("runAsNonRoot", true)
                .containsEntry("runAsUser", 10001);
        assertThat((int) pod.get("terminationGracePeriodSeconds")).isGreaterThan(20);
        Map<String, Object> container = asMap(((List<?>) pod.get("containers")).get(0));
        assertThat(asMap(container.get("securityContext")))
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
        assertThat(path(container, "livenessProbe")).isEqualTo("/health/live");
        assertThat(path(container, "startupProbe")).isEqualTo("/health/live");
        assertThat(path(container, "readinessProbe")).isEqualTo("/health/ready");
        assertThat(names(container.get("volumeMounts"))).isSubsetOf(names(pod.get("volumes")));
    }

    @Test
    void composeFiles_runTidemarkWithoutPrivileges_andListenOnThisMachineOnly() throws Exception {
        Map<String, Object> shared = services("services.yml");
        assertThat(asMap(shared.get("tidemark")))
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"));
        for (String database : new String[] {"postgres", "mysql"}) {
            Map<String, Object> services = services(database + ".yml");
            assertThat(services.keySet())
                    .containsExactlyInAnyOrder(database, "typesense", "tidemark", "prometheus", "grafana");
            services.putAll(shared);
            services.forEach((name, service) -> {
                Object ports = asMap(service).getOrDefault("ports", List.of());
                assertThat((List<?>) ports)
                        .as(name)
                        .allMatch(port -> String.valueOf(port).startsWith("127.0.0.1:"));
            });
            assertThat(COMPOSE.resolve(database).resolve("tidemark.yml")).exists();
            assertThat(COMPOSE.resolve(database).resolve("first.sh")).exists();
        }
    }

    private static Map<String, Object> services(String file) throws IOException {
        Map<String, Object> compose = new Yaml().load(Files.readString(COMPOSE.resolve(file)));
        return asMap(compose.get("services"));
    }

    private static Object path(Map<String, Object> container, String probe) {
        return asMap(asMap(container.get(probe)).get("httpGet")).get("path");
    }

    private static List<Object> names(Object list) {
        List<Object> names = new ArrayList<>();
        for (Object each : (List<?>) list) {
            names.add(asMap(each).get("name"));
        }
        return names;
    }

    @SuppressWarnings("unchecked") // what YAML holds
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}
