package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Rows of 60 KB, many more of them than the heap of the child holds. */
final class WideRows {

    static final int ROWS = Integer.getInteger("tidemark.wide.rows", 4_000);
    private static final String HEAP = System.getProperty("tidemark.wide.heap", "192m");
    private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("tidemark.wide.seconds", 240));
    private static final Pattern FOUND = Pattern.compile("\"found\":(\\d+)");

    private final Shop shop;

    WideRows(Shop shop) {
        this.shop = shop;
    }

    /** The fields of its documents, and an optional one. The body is not indexed: Typesense is not what is tested. */
    static String fields(String more) {
        return "fields: {body: {type: string, index: false, optional: true}, kind: {type: int32}"
                + (more.isEmpty() ? "" : ", " + more) + "}";
    }

    /** The service with a small heap, and as it is launched: a heap that runs out ends it. */
    Service run() throws IOException {
        return run(HEAP);
    }

    /** As {@link #run()}, with so much heap. */
    Service run(String heap) throws IOException {
        return Service.withHeap(heap, shop.configFile());
    }

    /** A table of an id and a body, whose rows the log does not contain in full when the body did not change (Postgres). */
    void create(String table) {
        boolean postgres = shop.source() instanceof PostgresSource;
        shop.sql("CREATE TABLE " + table + " (id int PRIMARY KEY, body " + (postgres ? "text" : "longtext")
                + " NOT NULL, kind bigint NOT NULL)");
        if (postgres) {
            shop.sql("ALTER TABLE " + table + " ALTER COLUMN body SET STORAGE EXTERNAL");
        }
    }

    /** Fills it with so many rows, whose bodies have so many characters: a multiple of 32. */
    void fill(String table, int count, int characters, String kind) {
        String digest = shop.source() instanceof PostgresSource ? "md5(i::text)" : "md5(i)";
        shop.sql("INSERT INTO " + table + " (id, body, kind) SELECT i, repeat(" + digest + ", " + characters / 32
                + "), " + kind + " FROM " + shop.source().numbers(count));
    }

    /** Writes one row, whose body has so many megabytes. */
    void insert(String table, int id, int megabytes, int kind) {
        shop.sql("INSERT INTO " + table + " (id, body, kind) VALUES (" + id + ", repeat('0123456789abcdef', "
                + megabytes * 65_536 + "), " + kind + ")");
    }

    /** Waits until so many documents fit the filter. */
    void await(String collection, String filter, Service service, int count) {
        awaitCount(() -> found(collection, filter), service, count);
    }

    private static void awaitCount(IntSupplier found, Service service, int count) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> {
                    if (!service.isAlive()) {
                        throw new AssertionError("the service ended: " + service.output());
                    }
                })
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(found.getAsInt())
                        .as("found at last; the service: %s", service.output())
                        .isEqualTo(count));
    }

    private int found(String collection, String filter) {
        String answer = shop.typesense()
                .admin()
                .get("/collections/" + shop.collection(collection)
                        + "/documents/search?q=*&per_page=1&include_fields=id" + "&filter_by=" + filter);
        Matcher found = FOUND.matcher(answer);
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    /** The largest resident memory of the process so far, in MB. */
    static long peakMegabytes(Service service) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/" + service.pid() + "/status")).stream()
                .filter(each -> each.startsWith("VmHWM"))
                .findFirst()
                .orElse("VmHWM: 0 kB");
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    }
}
