package dev.tidemark.testkit.typesense;

import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.NativeProcess;
import dev.tidemark.testkit.OpenServers;
import dev.tidemark.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Real Typesense 0.24.1 servers on loopback ports that form one cluster; always child processes, with their data in a temporary directory. Each
 * can be killed, paused and started again. Not safe for use by several threads.
 */
public final class TypesenseCluster implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String LEADS = "\"state\":1";

    private final String apiKey = UUID.randomUUID().toString();
    private final Path directory = Directories.temporary("tidemark-typesense-cluster");
    private final Path binary = TypesenseBinary.find();
    private final List<Node> nodes = new ArrayList<>();
    private final Runnable closing = this::close;

    private record Ports(int api, int peering) {}

    private static final class Node {
        private final Ports ports;
        private final Path data;
        private ServerProcess process;

        private Node(Ports ports, Path data, ServerProcess process) {
            this.ports = ports;
            this.data = data;
            this.process = process;
        }
    }

    private TypesenseCluster() {}

    /** Starts that many nodes and waits until all are healthy; an election takes some seconds. */
    public static TypesenseCluster start(int size) {
        TypesenseCluster cluster = new TypesenseCluster();
        OpenServers.add(cluster.closing);
        try {
            cluster.startNodes(size);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void startNodes(int size) {
        List<Ports> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(new Ports(FreePorts.next(), FreePorts.next()));
        }
        String peers = all.stream()
                .map(ports -> "127.0.0.1:" + ports.peering() + ":" + ports.api())
                .collect(Collectors.joining(","));
        try {
            Files.writeString(directory.resolve("nodes"), peers);
            for (Ports ports : all) {
                Path data = Files.createDirectory(directory.resolve("node" + ports.api()));
                nodes.add(new Node(ports, data, process(ports, data)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < size; i++) {
            awaitHealthy(i);
        }
    }

    private ServerProcess process(Ports ports, Path data) {
        List<String> command = List.of(
                binary.toString(),
                "--data-dir=" + data,
                "--api-key=" + apiKey,
                "--api-address=127.0.0.1",
                "--api-port=" + ports.api(),
                "--peering-address=127.0.0.1",
                "--peering-port=" + ports.peering(),
                "--nodes=" + directory.resolve("nodes"));
        return NativeProcess.start("Typesense", List.of(), "KILL", command, data.resolve("typesense.log"));
    }

    /** Waits until the node is healthy. */
    void awaitHealthy(int node) {
        TypesenseAdmin probe = new TypesenseAdmin(uri(node), apiKey, Duration.ofSeconds(2));
        nodes.get(node).process.awaitReady(LIMIT, () -> answers(probe, "/health", "\"ok\":true"));
    }

    /** Returns the node that reports that it leads; -1 if none does now. Nodes that do not run are not queried. */
    public int leader() {
        for (int i = 0; i < nodes.size(); i++) {
            TypesenseAdmin probe = new TypesenseAdmin(uri(i), apiKey, Duration.ofSeconds(2));
            if (nodes.get(i).process.isAlive() && answers(probe, "/debug", LEADS)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean answers(TypesenseAdmin probe, String path, String words) {
        try {
            return probe.get(path).contains(words);
        } catch (IllegalStateException | UncheckedIOException notNow) {
            return false;
        }
    }

    public URI uri(int node) {
        return URI.create("http://127.0.0.1:" + nodes.get(node).ports.api());
    }

    /** Returns the admin key of all nodes. */
    public String apiKey() {
        return apiKey;
    }

    /** Returns a client for plain requests to one node, with the admin key. */
    public TypesenseAdmin admin(int node) {
        return new TypesenseAdmin(uri(node), apiKey);
    }

    /** Sends SIGKILL, then waits until the node has ended. */
    public void kill(int node) {
        nodes.get(node).process.kill();
    }

    /** Starts a killed node on its ports and data, and waits until it is healthy. */
    public void startAgain(int node) {
        Node again = nodes.get(node);
        again.process = process(again.ports, again.data);
        awaitHealthy(node);
    }

    /** Sends SIGSTOP: connections stay open and nothing is answered. */
    public void pause(int node) {
        nodes.get(node).process.signal("STOP");
    }

    /** Sends SIGCONT, after {@link #pause}. */
    public void resume(int node) {
        nodes.get(node).process.signal("CONT");
    }

    /** Kills the nodes and deletes their data. Harmless when called again. */
    @Override
    public void close() {
        OpenServers.remove(closing);
        nodes.forEach(node -> node.process.kill());
        Directories.delete(directory);
    }
}
