package dev.tidemark.connector;

/** A value that must not be shown (invariant 8): it prints as stars, and only {@link #reveal()} returns it. */
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** Returns the value itself, for the one call that needs it; never for a message or a log. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
