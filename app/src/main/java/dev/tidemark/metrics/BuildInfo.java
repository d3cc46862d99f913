package dev.tidemark.metrics;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest tells. */
public final class BuildInfo implements IVersionProvider {

    public static String text() {
        String version = BuildInfo.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"tidemark " + text()};
    }
}
