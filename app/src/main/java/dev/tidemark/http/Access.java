package dev.tidemark.http;

/** Who may use a route; {@link Guard} enforces it. */
public enum Access {
    /** Any client that reaches {@code http.address}: the answer shows no row, unless {@link Request#seesRows()}. */
    OPEN,
    /**
     * Reads what rows or the configuration hold, and is what a route is unless it says otherwise: with the token if one is set;
     * without one, only if {@code http.address} is loopback.
     */
    PRIVATE,
    /** Changes something: as {@link #PRIVATE}, and never for a page of another origin. */
    CHANGE
}
