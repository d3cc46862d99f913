package dev.tidemark.sink.typesense;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server of raw bytes, for what no real Typesense can be made to say: truncated, hung, garbled. It answers fences; what it
 * says to anything but the gate's questions is up to the test. One request per connection.
 */
public final class FakeServer implements AutoCloseable {

    /** Says nothing, with the connection open until the server closes. */
    public static final String HANG = "hang";

    private final ServerSocket socket;
    private final Thread acceptor;
    private final Function<String, @Nullable String> script;
    final AtomicInteger fences = new AtomicInteger();
    private volatile CountDownLatch hanging = new CountDownLatch(1);

    /** "METHOD /path", and a blank and the body where there is one. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** The answer to a fence; {@link #HANG}: none. */
    public volatile String fence = answer(200, "{\"num_deleted\":0}");

    /** @param script the raw answer to "METHOD /path body"; null: the answer of a settled server */
    public FakeServer(Function<String, @Nullable String> script) throws IOException {
        this.script = script;
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = new Thread(this::accept, "fake-typesense");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    public static String answer(int status, String body) {
        return "HTTP/1.1 " + status + " Said\r\nConnection: close\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    static String redirect(String to) {
        return "HTTP/1.1 301 Moved\r\nConnection: close\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n";
    }

    /** Promises more than it sends, then closes the connection. */
    static String truncated(String body) {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + (body.length() + 100) + "\r\n\r\n" + body;
    }

    /** Chunks without the last one, as of a server that dies in the middle. */
    static String unfinished(String body) {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
    }

    /** Stalls after the body's first bytes. */
    static String stalled(String body) {
        return HANG + truncated(body);
    }

    public long count(String start) {
        return requests.stream().filter(request -> request.startsWith(start)).count();
    }

    /** Closes the connections that hang. */
    void release() {
        CountDownLatch before = hanging;
        hanging = new CountDownLatch(1);
        before.countDown();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread thread = new Thread(() -> serve(client), "fake-typesense-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String request = read(client.getInputStream());
            if (request.isEmpty()) {
                return; // Somebody only asked whether anybody listens.
            }
            if (!request.contains("tidemark-fence-")) {
                requests.add(request);
            } else {
                fences.incrementAndGet();
            }
            String said = request.contains("tidemark-fence-") ? fence : script.apply(request);
            String answer = said == null ? settled(request) : said;
            boolean hang = answer.startsWith(HANG);
            OutputStream out = client.getOutputStream();
            out.write(answer.substring(hang ? HANG.length() : 0).getBytes(StandardCharsets.UTF_8));
            out.flush();
            if (hang) {
                hanging.await();
            }
        } catch (IOException clientLeft) {
            // As it may.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String settled(String request) {
        if (request.startsWith("GET /health")) {
            return answer(200, "{\"ok\":true}");
        } else if (request.startsWith("GET /debug")) {
            return answer(200, "{\"state\":1,\"version\":\"0.24.1\"}");
        } else if (request.equals("GET /collections")) {
            return answer(200, "[{\"name\":\"c\",\"num_documents\":2}]");
        } else if (request.equals("GET /collections/c")) {
            return answer(200, "{\"name\":\"c\",\"num_documents\":2,\"fields\":[]}");
        }
        return answer(404, "{\"message\": \"Not Found\"}");
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        String line = text.substring(0, text.indexOf(" HTTP/1.1"));
        int length = text.lines()
                .filter(header -> header.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToInt(header -> Integer.parseInt(header.substring(15).strip()))
                .findFirst()
                .orElse(0);
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return body.isEmpty() ? line : line + " " + body;
    }

    @Override
    public void close() {
        release();
        try {
            socket.close();
            acceptor.join(); // until then the kernel may still let somebody in
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
