package dev.tidemark;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tidemark log-level}. */
@Command(
        name = "log-level",
        description = "Prints the log level of the running service, or sets it until its next start.")
final class LogLevelCommand implements Callable<Integer> {

    @Mixin
    private ServiceCall service = new ServiceCall();

    @Parameters(
            arity = "0..1",
            paramLabel = "LEVEL",
            description = "trace, debug, info, warn, error or off; without one it is only printed")
    private @Nullable String level;

    @Override
    public Integer call() throws InterruptedException {
        try {
            System.out.println(service.run(
                    client -> level == null
                            ? client.get("/api/log-level")
                            : client.put("/api/log-level", ServiceCall.body().put("level", level)),
                    (config, answer) -> answer.path("level").asText()));
            return ExitCode.DONE;
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
