package dev.tidemark.expression;

/**
 * A point on earth, the value of a point column or of {@code geopoint(lat, lon)}.
 *
 * @param lat degrees
 * @param lon degrees
 */
public record Geopoint(double lat, double lon) {}
