package dev.tidemark.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between the service and a server that can be cut, can stall, or can cut answers short. */
public final class Proxy implements AutoCloseable {

    /** What the network does. */
    public enum Mode {
        PASS,
        /** Connections are closed, new ones too. */
        CUT,
        /** Connections stay, and nothing comes through. */
        STALL,
        /** Every answer ends after some bytes, and its connection with it. */
        TRUNCATE
    }

    private static final int TRUNCATE_AFTER = 300;

    private volatile int target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private Mode mode = Mode.PASS;

    public Proxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Leads to another server from now on, as a name that moves does: connections to the old one are closed. */
    public void leadTo(int port) {
        target = port;
        set(Mode.CUT);
        set(Mode.PASS);
    }

    public synchronized void set(Mode now) {
        mode = now;
        notifyAll();
        if (now == Mode.CUT) {
            open.forEach(Proxy::close);
        }
    }

    private synchronized Mode passing() throws IOException {
        while (mode == Mode.STALL) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        if (mode == Mode.CUT) {
            throw new IOException("cut");
        }
        return mode;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                thread(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            passing();
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(upstream);
            thread(() -> copy(client, upstream, false));
            copy(upstream, client, true);
        } catch (IOException e) {
            close(client);
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (passing() == Mode.TRUNCATE && answers) {
                    out.write(buffer, 0, Math.min(n, TRUNCATE_AFTER));
                    return;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException over) {
            // either side has gone: both go
        } finally {
            close(from);
            close(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        set(Mode.CUT);
    }
}
