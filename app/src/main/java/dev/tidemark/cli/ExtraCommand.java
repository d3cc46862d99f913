package dev.tidemark.cli;

import java.util.concurrent.Callable;

/**
 * Command of another module, found by {@link java.util.ServiceLoader}. The class carries picocli's {@code @Command}, whose name
 * is what the user types; the call returns the exit code.
 */
public interface ExtraCommand extends Callable<Integer> {}
