package dev.tidemark.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The shop's database: a server of its own, and the SQL that each kind spells in its own way. The service gets no more
 * privileges than README.md tells an operator to give, so that every demo tries them.
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
     * @throws IllegalStateException where something is missing on this machine; the message says what to install
     */
    static ShopDatabase start(Kind kind) {
        return switch (kind) {
            case postgres -> new PostgresShop();
            case mysql -> new MySqlShop();
        };
    }

    /** As people write it. */
    String name();

    /** A new connection to the shop, as the server's administrator; its updates count the rows that really changed. */
    Connection connect() throws SQLException;

    /** The statements that make the tables {@code products} and {@code customers}. */
    List<String> schema();

    /** Of a product with the values that {@link ShopData} sets; does nothing if its id is taken. */
    String insertProduct();

    /** Of a customer with the values that {@link ShopData} sets; does nothing if its id is taken. */
    String insertCustomer();

    /** Refreshes what the server knows of the size of the tables. */
    String analyze();

    /** An exact number from 0 up to 1, another one each time. */
    String random();

    /** A query for what each row's document should be, as JSON; told by SQL, apart from the service's own code. */
    String expected(String table);

    /** Makes the user {@code tidemark} as README.md says. */
    void allow(String password);

    /** The configuration's lines under {@code source:}. */
    String source(String password);

    /** A table as the configuration names it. */
    String qualified(String table);

    /** Ways for a person to change something: a command line, and a JDBC URL. */
    List<String> clients();

    @Override
    void close();
}
