package dev.tidemark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * What {@code demo} and {@code bench} are where the servers that they start are not on the class path: a distribution leaves
 * those out, since they are larger than all the rest.
 */
@Command(description = "Needs a checkout: the servers that it starts are not part of a distribution.")
final class NeedsCheckout implements Callable<Integer> {

    private static final String A_SERVER = "/dev/tidemark/testkit/OpenServers.class";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Whatever is asked for, the answer is the same. */
    @Unmatched
    private List<String> ignored = new ArrayList<>();

    /** Replaces these commands where they could not run. */
    static void replace(CommandLine commands, String... names) {
        if (Main.class.getResource(A_SERVER) == null) {
            for (String name : names) {
                commands.getCommandSpec().removeSubcommand(name);
                commands.addSubcommand(name, new NeedsCheckout());
            }
        }
    }

    @Override
    public Integer call() {
        System.err.println(
                spec.name() + ": the servers that it starts are not part of a distribution; get the sources and run"
                        + " ./tidemark " + spec.name() + " there");
        return ExitCode.REFUSED;
    }
}
