package dev.tidemark.testkit.container;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.tidemark.testkit.ServerProcess;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.GenericContainer;

/** A server in a container; one that ended is still there, with its data and what it wrote. */
final class ContainerProcess implements ServerProcess {

    private static final Duration POLL = Duration.ofMillis(25);

    private final String name;
    private final GenericContainer<?> container;
    private final long pid;

    ContainerProcess(String name, GenericContainer<?> container) {
        this.name = name;
        this.container = container;
        Long started = state().getPidLong();
        this.pid = started == null ? 0 : started;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long pid() {
        return pid;
    }

    private ContainerState state() {
        return container
                .getDockerClient()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState();
    }

    @Override
    public boolean isAlive() {
        try {
            return container.getContainerId() != null && Boolean.TRUE.equals(state().getRunning());
        } catch (NotFoundException e) {
            return false; // when this JVM ends, Testcontainers removes it, too
        }
    }

    @Override
    public int exitCode() {
        Long code = state().getExitCodeLong();
        return code == null ? -1 : code.intValue();
    }

    @Override
    public void signal(String signal) {
        try {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .withSignal(signal)
                    .exec();
        } catch (ConflictException e) {
            if (isAlive()) {
                throw new IllegalStateException("Cannot send " + signal + " to " + name + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public boolean awaitExit(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    @Override
    public void kill() {
        if (isAlive()) {
            signal("KILL");
        }
        if (!awaitExit(Duration.ofSeconds(30))) {
            throw new IllegalStateException(name + ", container " + container.getContainerId() + ", survived SIGKILL");
        }
    }

    @Override
    public String output() {
        return container.getLogs();
    }
}
