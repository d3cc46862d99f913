package dev.tidemark.sink;

/**
 * A document ready to be sent.
 *
 * @param id its id, never empty
 * @param json one line of UTF-8 JSON, without the line end; handed over, not copied
 */
public record Document(String id, byte[] json) {}
