package dev.tidemark;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tidemark pause}. */
@Command(
        name = "pause",
        description = "Lets the running service write nothing until it is resumed, also after a restart.")
final class PauseCommand implements Callable<Integer> {

    @Mixin
    private ServiceCall service = new ServiceCall();

    @Override
    public Integer call() throws InterruptedException {
        try {
            System.out.println(service.run(
                    client -> client.post("/api/pause", ServiceCall.body()),
                    (config, answer) -> config.name() + " is paused"
                            + (answer.path("atRest").asBoolean() ? "" : "; the flush in flight is not done yet")));
            return ExitCode.DONE;
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
