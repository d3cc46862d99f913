package dev.tidemark.http;

import org.jspecify.annotations.Nullable;

/**
 * Method and path, and the handler that answers requests to them.
 *
 * @param method GET (HEAD follows it), POST, PUT or DELETE
 * @param path all of it, without parameters; one that ends with a name in braces, such as {@code /{id}}, leaves its last segment
 *     open
 */
public record Route(String method, String path, Access access, Handler handler) {

    /** Answers a request that may be answered; on a thread of the endpoint. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers the request.
         *
         * @throws HttpProblem if the request cannot be fulfilled
         */
        Answer answer(Request request) throws HttpProblem, java.io.IOException, InterruptedException;
    }

    /** Returns a route that reads something that possibly contains rows; an open route must be declared as such. */
    public static Route get(String path, Handler handler) {
        return get(path, Access.PRIVATE, handler);
    }

    /** Returns the path without its open segment; null if it has none. */
    @Nullable
    String prefix() {
        return path.endsWith("}") ? path.substring(0, path.lastIndexOf('{')) : null;
    }

    public static Route get(String path, Access access, Handler handler) {
        return new Route("GET", path, access, handler);
    }

    /** Returns a route that changes something, by POST. */
    public static Route post(String path, Handler handler) {
        return new Route("POST", path, Access.CHANGE, handler);
    }

    /** Returns a route that changes something, by PUT. */
    public static Route put(String path, Handler handler) {
        return new Route("PUT", path, Access.CHANGE, handler);
    }

    /** Returns a route that ends or removes something, by DELETE. */
    public static Route delete(String path, Handler handler) {
        return new Route("DELETE", path, Access.CHANGE, handler);
    }
}
