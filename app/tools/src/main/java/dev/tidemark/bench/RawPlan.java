package dev.tidemark.bench;

import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Properties of {@link RawProcess}: what to read, and the collection to write to. */
final class RawPlan {

    static final String LOAD = "load";
    static final String UPDATE = "update";
    static final String DELETE = "delete";

    /** Ids in a delete, as many as the service sends ({@code DeleteFilter.IDS}). */
    static final int IDS = 150;

    private final Properties properties;

    RawPlan(Properties properties) {
        this.properties = properties;
    }

    /**
     * Documents of a job.
     *
     * @param action of the import
     */
    record Write(String select, String action, String[] names, RawField.Form[] forms) {}

    /** Returns the properties for a table of a workload, whose last {@code deleted} rows are to be deleted at the end. */
    static Properties properties(Workload workload, String typesense, String apiKey, String collection) {
        Properties properties = new Properties();
        properties.putAll(workload.login());
        properties.setProperty("fetchSize", String.valueOf(workload.rawFetchSize()));
        properties.setProperty("typesense", typesense);
        properties.setProperty("apiKey", apiKey);
        properties.setProperty("collection", collection);
        List<RawField> all = workload.rawFields();
        put(properties, LOAD, "upsert", all);
        List<RawField> changed = all.stream()
                .filter(field -> workload.changedFields().contains(field.name()))
                .toList();
        put(properties, UPDATE, changed.isEmpty() ? "upsert" : "update", changed.isEmpty() ? all : changed);
        properties.setProperty("firstDeleted", String.valueOf(workload.rows() - workload.deletes() + 1));
        properties.setProperty("lastDeleted", String.valueOf(workload.rows()));
        return properties;
    }

    private static void put(Properties properties, String job, String action, List<RawField> fields) {
        properties.setProperty(job + ".action", action);
        properties.setProperty(
                job + ".select",
                fields.stream().map(RawField::sql).collect(Collectors.joining(", ", "SELECT ", " FROM "))
                        + Workload.TABLE);
        properties.setProperty(
                job + ".names", fields.stream().map(RawField::name).collect(Collectors.joining(" ")));
        properties.setProperty(
                job + ".forms",
                fields.stream().map(field -> field.form().name()).collect(Collectors.joining(" ")));
    }

    String url() {
        return value("url");
    }

    String user() {
        return value("user");
    }

    String password() {
        return value("password");
    }

    String typesense() {
        return value("typesense");
    }

    String apiKey() {
        return value("apiKey");
    }

    String collection() {
        return value("collection");
    }

    /** Returns the fetch size with which the driver reads through a cursor, or row by row. */
    int fetchSize() {
        return Integer.parseInt(value("fetchSize"));
    }

    long firstDeleted() {
        return Long.parseLong(value("firstDeleted"));
    }

    long lastDeleted() {
        return Long.parseLong(value("lastDeleted"));
    }

    Write write(String job) {
        return new Write(
                value(job + ".select"),
                value(job + ".action"),
                value(job + ".names").split(" ", -1),
                Stream.of(value(job + ".forms").split(" ", -1))
                        .map(RawField.Form::valueOf)
                        .toArray(RawField.Form[]::new));
    }

    private String value(String name) {
        String value = properties.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("the property " + name + " is missing");
        }
        return value;
    }
}
