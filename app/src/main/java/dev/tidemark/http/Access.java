package dev.tidemark.http;

/** Clients that may use a route; {@link Guard} enforces it. */
public enum Access {
    /** Any client that reaches {@code http.address}: the answer shows no row, unless {@link Request#seesRows()}. */
    OPEN,
    /**
     * Reads contents of rows or of the configuration; the default of a route. Permitted with the token if one is set; without
     * one, only if {@code http.address} is loopback.
     */
    PRIVATE,
    /** Changes something: as {@link #PRIVATE}, and never for a page of another origin. */
    CHANGE
}
