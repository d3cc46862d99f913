package dev.tidemark.testkit.container;

import com.github.dockerjava.api.DockerClient;
import dev.tidemark.testkit.ServerProcess;
import java.time.Duration;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

/**
 * Strategies with which Testcontainers returns as soon as a container was started: {@link ServerProcess#awaitReady} detects
 * whether it fails afterwards.
 */
final class WithoutWaiting {

    private WithoutWaiting() {}

    static final class Startup extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient docker, String container) {
            return StartupStatus.SUCCESSFUL;
        }
    }

    static final class Ready implements WaitStrategy {
        @Override
        public void waitUntilReady(WaitStrategyTarget target) {
            // by ourselves
        }

        @Override
        public WaitStrategy withStartupTimeout(Duration limit) {
            return this;
        }
    }
}
