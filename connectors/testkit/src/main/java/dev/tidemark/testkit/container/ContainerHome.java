package dev.tidemark.testkit.container;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container that is created once and then ended and started again: its data stay in it, and its port on the host,
 * which Testcontainers would choose again at each start, stays the same.
 */
public final class ContainerHome implements ServerHome {

    private final String name;
    private final String image;
    private final int port;
    private final Consumer<GenericContainer<?>> settings;
    private final Runnable deletion;
    private @Nullable GenericContainer<?> container;
    private @Nullable ContainerGuard guard;

    /** @param port the port on which the server listens inside */
    private ContainerHome(
            String name, String image, int port, Consumer<GenericContainer<?>> settings, Runnable deletion) {
        DockerImages.require(image);
        this.name = name;
        this.image = image;
        this.port = port;
        this.settings = settings;
        this.deletion = deletion;
    }

    public static ContainerHome postgres(String password, Map<String, String> settings) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        settings.forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        return new ContainerHome(
                "Postgres",
                "postgres:17",
                5432,
                container -> container
                        .withEnv("POSTGRES_PASSWORD", password)
                        .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C --no-sync")
                        .withCommand(command.toArray(String[]::new)),
                () -> {});
    }

    public static ContainerHome mysql(String password, List<String> defaults, List<String> arguments) {
        List<String> command = new ArrayList<>(defaults);
        command.addAll(arguments);
        return new ContainerHome(
                "MySQL",
                "mysql:8.4",
                3306,
                container ->
                        container.withEnv("MYSQL_ROOT_PASSWORD", password).withCommand(command.toArray(String[]::new)),
                () -> {});
    }

    /**
     * Returns a home of Typesense, which sees the data directory, and the directory of all temporary files, in which it is
     * requested to write snapshots, under their own names; what it writes is this user's.
     */
    public static ContainerHome typesense(Path data, boolean deleteData, String apiKey) {
        return new ContainerHome(
                "Typesense",
                "typesense/typesense:0.24.1",
                8108,
                container -> container
                        .withCommand(
                                "--data-dir=" + data.toAbsolutePath(),
                                "--api-key=" + apiKey,
                                "--api-address=0.0.0.0",
                                "--api-port=8108",
                                "--peering-address=127.0.0.1",
                                "--peering-port=8107")
                        .withCreateContainerCmdModifier(create ->
                                create.withUser(owner(data)).getHostConfig().withBinds(seen(data))),
                () -> {
                    if (deleteData) {
                        Directories.delete(data);
                    }
                });
    }

    private static String owner(Path data) {
        try {
            Files.createDirectories(data);
            return Files.getAttribute(data, "unix:uid") + ":" + Files.getAttribute(data, "unix:gid");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + data, e);
        }
    }

    private static List<Bind> seen(Path data) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        List<Bind> binds = new ArrayList<>(List.of(Bind.parse(temporary + ":" + temporary)));
        if (!data.toAbsolutePath().startsWith(temporary)) {
            binds.add(Bind.parse(data.toAbsolutePath() + ":" + data.toAbsolutePath()));
        }
        return binds;
    }

    @Override
    public ServerProcess start(int hostPort) {
        GenericContainer<?> made = container;
        try {
            if (made == null) {
                made = create(hostPort);
                container = made;
                made.start();
                guard = ContainerGuard.of(made.getContainerId());
            } else {
                made.getDockerClient().startContainerCmd(made.getContainerId()).exec();
            }
            return new ContainerProcess(name, made);
        } catch (ContainerLaunchException | DockerException e) {
            throw new IllegalStateException(
                    name + " cannot be started in a container of " + image + ": " + causes(e), e);
        }
    }

    private GenericContainer<?> create(int hostPort) {
        GenericContainer<?> fresh = new GenericContainer<>(DockerImageName.parse(image))
                .withImagePullPolicy(any -> false)
                .withExposedPorts(port)
                .withStartupCheckStrategy(
                        new WithoutWaiting.Startup()) // it is waited for in the same way as for a process
                .waitingFor(new WithoutWaiting.Ready())
                .withCreateContainerCmdModifier(create -> create.getHostConfig()
                        .withPortBindings(new PortBinding(
                                Ports.Binding.bindIpAndPort("127.0.0.1", hostPort), new ExposedPort(port))));
        settings.accept(fresh);
        return fresh;
    }

    private static String causes(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            all.append(all.isEmpty() ? "" : ": ").append(cause.getMessage());
        }
        return all.toString();
    }

    /** Removes a container that could not have its port, so that the next attempt creates another. */
    @Override
    public boolean isPortTaken(IllegalStateException failure) {
        boolean taken = String.valueOf(failure.getMessage())
                .matches("(?s).*(port is already allocated|address already in use).*");
        if (taken) {
            remove();
        }
        return taken;
    }

    private void remove() {
        if (container != null) {
            container.stop();
            container = null;
        }
        if (guard != null) {
            guard.close();
            guard = null;
        }
    }

    @Override
    public void delete() {
        remove();
        deletion.run();
    }
}
