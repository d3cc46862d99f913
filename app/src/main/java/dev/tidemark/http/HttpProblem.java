package dev.tidemark.http;

/** A request that is rejected, with what its sender can do. */
public final class HttpProblem extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String hint;

    /** @param status of HTTP, 400 to 599 */
    public HttpProblem(int status, String message, String hint) {
        super(message);
        this.status = status;
        this.hint = hint;
    }

    int status() {
        return status;
    }

    String hint() {
        return hint;
    }
}
