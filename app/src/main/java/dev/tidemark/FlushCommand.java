package dev.tidemark;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tidemark flush}. */
@Command(name = "flush", description = "Lets the running service write at once what it has received.")
final class FlushCommand implements Callable<Integer> {

    @Mixin
    private ServiceCall service = new ServiceCall();

    @Override
    public Integer call() throws InterruptedException {
        try {
            System.out.println(service.run(
                    client -> client.post("/api/flush", ServiceCall.body()),
                    (config, answer) -> config.name() + ": "
                            + (answer.path("durable").asBoolean()
                                    ? "everything that was received is written"
                                    : "still being written; /health/ready says what it waits for")));
            return ExitCode.DONE;
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
