package dev.tidemark;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tidemark resume}. */
@Command(name = "resume", description = "Lets a paused service go on.")
final class ResumeCommand implements Callable<Integer> {

    @Mixin
    private ServiceCall service = new ServiceCall();

    @Override
    public Integer call() throws InterruptedException {
        try {
            System.out.println(service.run(
                    client -> client.post("/api/resume", ServiceCall.body()),
                    (config, answer) -> config.name() + " goes on"));
            return ExitCode.DONE;
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
