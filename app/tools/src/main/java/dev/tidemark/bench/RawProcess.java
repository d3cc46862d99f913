package dev.tidemark.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/**
 * Child process of the benchmark, R: a program that does only what must be done. It reads a table with a server cursor, writes
 * each row as JSON and imports 5,000 lines at a time, with two requests in flight. No stream, no offsets, no retries.
 *
 * <p>Arguments: a file of properties ({@link RawPlan}), and a file to report to. It connects to both servers, then reads the
 * names of jobs from its standard input. After each job it adds a line {@code <start> <end>} to the report, in milliseconds since
 * 1970. One thread.
 */
public final class RawProcess {

    private static final int LINES = 5_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final JsonFactory JSON = new JsonFactory();

    private final RawPlan plan;
    private final Connection connection;
    private final RequestsInFlight requests = new RequestsInFlight(2);

    private RawProcess(RawPlan plan, Connection connection) {
        this.plan = plan;
        this.connection = connection;
    }

    /** Runs jobs until the standard input ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(reader);
        }
        Path report = Path.of(arguments[1]);
        RawPlan plan = new RawPlan(properties);
        try (Connection connection = DriverManager.getConnection(plan.url(), plan.user(), plan.password());
                BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            connection.setAutoCommit(false); // otherwise Postgres' driver reads the full table at once
            RawProcess process = new RawProcess(plan, connection);
            process.connect();
            report(report, "connected");
            for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
                long start = System.currentTimeMillis();
                process.run(job);
                report(report, start + " " + System.currentTimeMillis());
            }
        }
    }

    private static void report(Path report, String line) throws IOException {
        Files.writeString(report, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Opens both connections to Typesense: what is measured begins with processes that are connected. */
    private void connect() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            requests.send(request("/collections/" + plan.collection()).GET().build());
        }
        requests.join();
    }

    private void run(String job) throws SQLException, IOException, InterruptedException {
        switch (job) {
            case RawPlan.LOAD, RawPlan.UPDATE -> write(plan.write(job));
            case RawPlan.DELETE -> delete(plan.firstDeleted(), plan.lastDeleted());
            default -> throw new IllegalArgumentException("unknown job: " + job);
        }
        requests.join();
    }

    private void write(RawPlan.Write write) throws SQLException, IOException, InterruptedException {
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(plan.fetchSize());
            try (ResultSet rows = statement.executeQuery(write.select())) {
                URI imports = uri("/collections/" + plan.collection() + "/documents/import?dirty_values=reject&action="
                        + write.action());
                boolean more = true;
                while (more) {
                    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 20);
                    int lines = lines(rows, write, body);
                    if (lines > 0) {
                        requests.send(request(imports)
                                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                                .build());
                    }
                    more = lines == LINES;
                }
            }
        }
        connection.rollback(); // ends the transaction, so that the next job sees the table as it is then
    }

    /** Writes the next rows as lines; returns how many. */
    private static int lines(ResultSet rows, RawPlan.Write write, ByteArrayOutputStream body)
            throws SQLException, IOException {
        int lines = 0;
        try (JsonGenerator json = JSON.createGenerator(body).setRootValueSeparator(null)) {
            while (lines < LINES && rows.next()) {
                document(rows, write, json);
                json.writeRaw('\n');
                lines++;
            }
        }
        return lines;
    }

    private static void document(ResultSet row, RawPlan.Write write, JsonGenerator json)
            throws SQLException, IOException {
        json.writeStartObject();
        for (int i = 0; i < write.names().length; i++) {
            String value = row.getString(i + 1);
            if (value == null) {
                continue;
            }
            json.writeFieldName(write.names()[i]);
            switch (write.forms()[i]) {
                case TEXT -> json.writeString(value);
                case JSON -> json.writeRawValue(value);
                case BOOLEAN -> json.writeBoolean(row.getBoolean(i + 1));
            }
        }
        json.writeEndObject();
    }

    /** Deletes these ids, both included, as the service does: by filter, with the same number of ids in each. */
    private void delete(long from, long to) throws IOException, InterruptedException {
        for (long first = from; first <= to; first += RawPlan.IDS) {
            StringBuilder filter = new StringBuilder("id:[");
            for (long id = first; id <= to && id < first + RawPlan.IDS; id++) {
                filter.append(id == first ? "`" : ",`").append(id).append('`');
            }
            requests.send(request("/collections/" + plan.collection() + "/documents?filter_by="
                            + URLEncoder.encode(filter.append(']').toString(), StandardCharsets.UTF_8))
                    .DELETE()
                    .build());
        }
    }

    private URI uri(String path) {
        return URI.create(plan.typesense() + path);
    }

    private HttpRequest.Builder request(String path) {
        return request(uri(path));
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("X-TYPESENSE-API-KEY", plan.apiKey())
                .timeout(TIMEOUT);
    }
}
