package dev.tidemark;

import dev.tidemark.connector.files.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * A run of the JVM whose loaded classes become the archive of classes (docs/decisions/0050-class-archive.md). It needs no server: it
 * checks configurations whose servers refuse connections, and loads all classes of the jars that a service mostly consists of.
 */
public final class ClassArchiveTraining {

    /** Jars of which a start uses a large part. Of others, such as the parser of MySQL's statements, it uses little. */
    private static final Pattern JARS = Pattern.compile(
            "(tidemark|debezium-(?!ddl-parser)|postgresql|mysql-binlog|jackson-(core|databind)|connect-(api|runtime)).*\\.jar");

    private static final Pattern CLASS_PATH = Pattern.compile(File.pathSeparator, Pattern.LITERAL);

    private static final List<String> SOURCES = List.of(
            "postgres: { host: 127.0.0.1, port: %d, database: shop, user: tidemark, password: none }",
            "mysql: { host: 127.0.0.1, port: %d, user: tidemark, password: none }");

    private ClassArchiveTraining() {}

    /** Ends with the exit code 0 if there is something to archive. */
    public static void main(String[] arguments) throws IOException {
        List<Path> jars = CLASS_PATH
                .splitAsStream(System.getProperty("java.class.path", ""))
                .map(Path::of)
                .filter(jar -> JARS.matcher(String.valueOf(jar.getFileName())).matches())
                .toList();
        for (Path jar : jars) {
            load(jar);
        }
        Path file = Files.createTempFile("tidemark-training", ".yml");
        try {
            for (String source : SOURCES) {
                check(source, file);
            }
        } finally {
            Files.delete(file);
        }
        System.exit(0); // what a library may have started does not count
    }

    /** Loads all classes of a jar and initializes none. */
    private static void load(Path jar) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            open.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .forEach(ClassArchiveTraining::load);
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, ClassArchiveTraining.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // It extends a class of a library that is not shipped: the service never uses it.
        }
    }

    private static void check(String source, Path file) throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        String config = """
                name: training
                source:
                  %s
                sink:
                  typesense: { nodes: ["http://127.0.0.1:%d"], apiKey: none }
                documents:
                  - table: shop.products
                    fields: { name: ~ }
                """.formatted(source.formatted(port), port);
        try (FileChannel channel =
                PrivateFiles.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(config.getBytes(StandardCharsets.UTF_8)));
        }
        Main.commandLine().execute("check", "-c", file.toString());
    }
}
