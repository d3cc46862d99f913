package dev.tidemark.config;

/**
 * A text of the file, and its location.
 *
 * @param text what it says
 * @param at the location for a message, such as {@code tidemark.yml:14:23: documents[0].softDelete}
 */
public record Located(String text, String at) {}
