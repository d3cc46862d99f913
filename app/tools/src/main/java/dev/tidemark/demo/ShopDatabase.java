package dev.tidemark.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The shop's database: a server of its own, and the SQL that each kind spells in its own way. The service gets only the
 * privileges that README.md documents for an operator to grant, so that every demo tries them.
 */
interface ShopDatabase extends AutoCloseable {

    String DATABASE = "shop";

    /** The kinds, by their names in the configuration. */
    enum Kind {
        postgres,
        mysql
    }

    /**
     * Starts a server with an empty shop.
     *
     * @throws IllegalStateException if something is missing on this machine; the message says what to install
     */
    static ShopDatabase start(Kind kind) {
        return switch (kind) {
            case postgres -> new PostgresShop();
            case mysql -> new MySqlShop();
        };
    }

    /** Returns the name of the database product, as shown to users. */
    String name();

    /** Opens a new connection to the shop, as the server's administrator; its updates count the rows that really changed. */
    Connection connect() throws SQLException;

    /** Returns the statements that create the tables {@code products} and {@code customers}. */
    List<String> schema();

    /**
     * Returns the statement that inserts a product with the values that {@link ShopData} sets; does nothing if its id is taken.
     */
    String insertProduct();

    /**
     * Returns the statement that inserts a customer with the values that {@link ShopData} sets; does nothing if its id is taken.
     */
    String insertCustomer();

    /** Refreshes what the server knows of the size of the tables. */
    String analyze();

    /** Returns an SQL expression for an exact number from 0 up to 1, a different one each time. */
    String random();

    /**
     * Returns a query for what each row's document should be, as JSON: computed by SQL, independent of the service's own code.
     */
    String expected(String table);

    /** Creates the user {@code tidemark} as README.md documents. */
    void allow(String password);

    /** Returns the configuration's lines under {@code source:}. */
    String source(String password);

    /** Returns a table as the configuration names it. */
    String qualified(String table);

    /** Ways for a person to change something: a command line, and a JDBC URL. */
    List<String> clients();

    @Override
    void close();
}
