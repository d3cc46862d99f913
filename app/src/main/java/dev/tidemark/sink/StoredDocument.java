package dev.tidemark.sink;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A full document as the sink has it.
 *
 * @param id its id
 * @param content all of its fields, the id among them; not to be changed
 */
public record StoredDocument(String id, JsonNode content) {}
