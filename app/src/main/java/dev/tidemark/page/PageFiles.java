package dev.tidemark.page;

import dev.tidemark.http.Answer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page's files, read once from the class path. A fixed list: other files cannot be requested. */
final class PageFiles {

    private static final String DIRECTORY = "/page/";
    private static final String INDEX = "index.html";

    static final List<String> NAMES = List.of(
            INDEX,
            "style.css",
            "icon.svg",
            "main.js",
            "announce.js",
            "approvals.js",
            "api.js",
            "chart.js",
            "collections.js",
            "controls.js",
            "dead-letters.js",
            "dialogs.js",
            "dom.js",
            "events.js",
            "find.js",
            "flow.js",
            "format.js",
            "history.js",
            "problems.js",
            "scale.js",
            "snapshot.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private PageFiles() {}

    /** Returns all files by their path; the page itself is {@code /}. */
    static Map<String, Answer> load() {
        Map<String, Answer> files = new LinkedHashMap<>();
        for (String name : NAMES) {
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            if (type == null) {
                throw new IllegalStateException(name + " has an ending without a content type");
            }
            files.put(name.equals(INDEX) ? "/" : DIRECTORY + name, new Answer(200, type, read(DIRECTORY + name)));
        }
        return files;
    }

    private static byte[] read(String resource) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
