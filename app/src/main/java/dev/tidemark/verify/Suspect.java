package dev.tidemark.verify;

/** A document that was not the same on both sides, by its place and its id. */
record Suspect(Place place, String id) {}
