package dev.tidemark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Replacement of {@code demo} and {@code bench} if the module app/tools is not on the class path: a distribution does not contain
 * it, because the servers that these commands start are larger than everything else.
 */
@Command(description = "Needs a checkout: the servers that it starts are not part of a distribution.")
public final class NeedsCheckout implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Every argument: the answer does not depend on them. */
    @Unmatched
    private List<String> ignored = new ArrayList<>();

    /** Adds these commands unless a module on the class path provides them. */
    public static void addMissing(CommandLine commands, String... names) {
        for (String name : names) {
            if (!commands.getSubcommands().containsKey(name)) {
                commands.addSubcommand(name, new NeedsCheckout());
            }
        }
    }

    @Override
    public Integer call() {
        System.err.println(
                spec.name() + ": the servers that it starts are not part of a distribution; get the sources and run"
                        + " ./tidemark " + spec.name() + " there");
        return ExitCode.REJECTED;
    }
}
