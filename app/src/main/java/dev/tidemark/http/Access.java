package dev.tidemark.http;

/** Who may use a route; {@link Guard} holds it. */
public enum Access {
    /** Whoever reaches {@code http.address}. */
    OPEN,
    /** Reads what rows or the configuration hold: with the token where one is set. */
    PRIVATE,
    /** Changes something: with the token; without one, only this machine. */
    CHANGE
}
