package dev.tidemark.metrics;

import picocli.CommandLine.IVersionProvider;

/** Version in the jar's manifest. */
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
