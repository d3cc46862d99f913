package dev.tidemark.config;

/** Collection that a row's document goes to. */
public sealed interface Destination {

    /**
     * One collection for every row.
     *
     * @param collection its name, or an alias of it
     */
    record Named(String collection) implements Destination {}

    /** A collection for each name that an expression yields. */
    sealed interface Dynamic extends Destination {

        /** Yields the name of a row's collection. */
        Expression expression();
    }

    /** All collections of an expression: what the configuration contains. */
    record Family(Expression expression) implements Dynamic {}

    /**
     * One collection of an expression.
     *
     * @param collection its concrete name
     */
    record Member(String collection, Expression expression) implements Dynamic {}
}
