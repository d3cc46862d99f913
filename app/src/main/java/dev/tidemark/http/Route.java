package dev.tidemark.http;

/**
 * What is answered at a path.
 *
 * @param method GET (HEAD follows it), POST or PUT
 * @param path all of it, without parameters
 */
public record Route(String method, String path, Access access, Handler handler) {

    /** Answers a request that may be answered; on a thread of the endpoint. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers.
         *
         * @throws HttpProblem where the request cannot be met
         */
        Answer answer(Request request) throws HttpProblem, java.io.IOException, InterruptedException;
    }

    public static Route get(String path, Access access, Handler handler) {
        return new Route("GET", path, access, handler);
    }

    /** A change. */
    public static Route post(String path, Handler handler) {
        return new Route("POST", path, Access.CHANGE, handler);
    }

    /** A change. */
    public static Route put(String path, Handler handler) {
        return new Route("PUT", path, Access.CHANGE, handler);
    }
}
