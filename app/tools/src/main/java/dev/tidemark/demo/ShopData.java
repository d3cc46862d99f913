package dev.tidemark.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Random;

/** The shop's tables and what is in them: varied, and the same for the same seed. */
final class ShopData {

    private static final int BATCH = 1000;
    private static final Instant OPENED = Instant.parse("2024-03-01T08:00:00Z");

    private static final String[] ADJECTIVES = {
        "Light",
        "Sturdy",
        "Compact",
        "Classic",
        "Folding",
        "Wireless",
        "Woollen",
        "Organic",
        "Recycled",
        "Silent",
        "Heavy",
        "Waterproof",
        "Vintage",
        "Handmade",
        "Ergonomic",
        "Solar"
    };

    private static final String[] COLOURS = {
        "red", "blue", "green", "black", "white", "grey", "yellow", "orange", "brown", "türkis"
    };

    /** Category: what is sold in it. */
    private static final String[][] GOODS = {
        {"Shoes", "running shoes", "hiking boots", "sandals", "sneakers", "slippers"},
        {"Kitchen", "kettle", "frying pan", "coffee grinder", "bread knife", "teapot", "mixing bowl"},
        {"Electronics", "headphones", "keyboard", "monitor", "charger", "radio", "torch"},
        {"Garden", "watering can", "rake", "hammock", "lantern", "flower pot"},
        {"Clothing", "jacket", "scarf", "jeans", "T-shirt", "raincoat", "pullover"},
        {"Books", "atlas", "cookbook", "crime novel", "field guide", "notebook"},
        {"Sports", "tennis racket", "yoga mat", "bicycle helmet", "football", "tent", "rucksack"},
        {"Toys", "wooden train", "puzzle", "kite", "building blocks", "teddy bear"}
    };

    private static final String[] BRANDS = {
        "Nordlicht",
        "Acme",
        "Brückner",
        "Kestrel",
        "Oak & Iron",
        "Halden",
        "Sørensen",
        "Pico",
        "Vela",
        "Marigold",
        "Tidewater",
        "Quill"
    };

    private static final String[] FIRST_NAMES = {
        "Anna", "Bilal", "Chiara", "David", "Elif", "Fatou", "Greta", "Hiro", "Inés", "Jürgen", "Katya", "Liam", "Mei",
        "Noah", "Olga", "Priya", "Rosa", "Søren", "Tomás", "Zoë"
    };

    private static final String[] LAST_NAMES = {
        "Abel",
        "Bauer",
        "Costa",
        "Dubois",
        "Eriksen",
        "Fischer",
        "García",
        "Haas",
        "Ito",
        "Jansen",
        "Kowalski",
        "Lopez",
        "Meier",
        "Novák",
        "O'Brien",
        "Petrov",
        "Rossi",
        "Schmidt",
        "Tanaka",
        "Weiß"
    };

    /** A city with its longitude and latitude. */
    private record City(String name, double lon, double lat) {}

    private static final City[] CITIES = {
        new City("Berlin", 13.405, 52.52), new City("Hamburg", 9.993, 53.551), new City("Paris", 2.352, 48.857),
        new City("Madrid", -3.704, 40.417), new City("Roma", 12.496, 41.903), new City("Kraków", 19.945, 50.065),
        new City("Oslo", 10.752, 59.914), new City("Dublin", -6.26, 53.35), new City("Tokyo", 139.69, 35.69),
        new City("São Paulo", -46.633, -23.55), new City("Nairobi", 36.817, -1.286),
                new City("Toronto", -79.383, 43.653)
    };

    private final Random random;

    ShopData(long seed) {
        random = new Random(seed);
    }

    /** Creates the tables and fills them with the given number of products, and a customer for every ten of them. */
    void create(ShopDatabase shop, int products) throws SQLException {
        try (Connection connection = shop.connect()) {
            create(shop, connection, products);
        }
    }

    private void create(ShopDatabase shop, Connection connection, int products) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : shop.schema()) {
                statement.execute(table);
            }
        }
        connection.setAutoCommit(false);
        try (PreparedStatement product = connection.prepareStatement(shop.insertProduct());
                PreparedStatement customer = connection.prepareStatement(shop.insertCustomer())) {
            for (int id = 1; id <= products; id++) {
                product(product, id);
                add(product, id);
            }
            product.executeBatch();
            for (int id = 1; id <= customers(products); id++) {
                customer(customer, id);
                add(customer, id);
            }
            customer.executeBatch();
        }
        connection.commit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(shop.analyze());
        }
    }

    static int customers(int products) {
        return Math.max(1, products / 10);
    }

    private static void add(PreparedStatement statement, int count) throws SQLException {
        statement.addBatch();
        if (count % BATCH == 0) {
            statement.executeBatch();
        }
    }

    /** Sets a product's values. */
    void product(PreparedStatement to, int id) throws SQLException {
        String[] category = any(GOODS);
        String good = category[1 + random.nextInt(category.length - 1)];
        String adjective = any(ADJECTIVES);
        String colour = any(COLOURS);
        int stock = random.nextInt(5) == 0 ? 0 : random.nextInt(400);
        to.setInt(1, id);
        to.setString(2, adjective + " " + colour + " " + good);
        to.setString(3, any(BRANDS));
        to.setString(4, category[0]);
        to.setString(5, String.join(",", colour, adjective.toLowerCase(java.util.Locale.ROOT), good));
        to.setString(6, random.nextInt(10) == 0 ? null : description(adjective, good));
        to.setBigDecimal(7, cents(199, 49_999));
        to.setInt(8, stock);
        to.setBigDecimal(9, random.nextInt(8) == 0 ? null : java.math.BigDecimal.valueOf(10 + random.nextInt(41), 1));
        to.setBoolean(10, stock > 0);
        to.setString(
                11,
                "{\"weight_g\": " + (50 + random.nextInt(9_950)) + ", \"colour\": \"" + colour
                        + "\", \"origin\": {\"country\": \"" + any(new String[] {"DE", "NO", "PT", "JP", "BR"})
                        + "\"}}");
        to.setTimestamp(12, Timestamp.from(OPENED.plusSeconds(random.nextInt(80_000_000))));
    }

    /** Sets a customer's values. */
    void customer(PreparedStatement to, long id) throws SQLException {
        String first = any(FIRST_NAMES);
        String last = any(LAST_NAMES);
        City city = any(CITIES);
        int orders = random.nextInt(60);
        to.setLong(1, id);
        to.setString(2, first + " " + last);
        to.setString(3, "customer" + id + "@example.com");
        to.setString(4, city.name);
        to.setDouble(5, Math.round((city.lon + random.nextGaussian() / 10) * 1e4) / 1e4);
        to.setDouble(6, Math.round((city.lat + random.nextGaussian() / 10) * 1e4) / 1e4);
        to.setInt(7, orders);
        to.setBigDecimal(8, cents(0, 1 + orders * 8_000));
        to.setBoolean(9, orders > 50);
        to.setObject(10, java.time.LocalDate.of(2024, 1, 1).plusDays(random.nextInt(900)));
        to.setString(11, random.nextInt(4) == 0 ? "prefers \"" + any(COLOURS) + "\"\nand " + any(BRANDS) : null);
    }

    private String description(String adjective, String good) {
        return "A " + adjective.toLowerCase(java.util.Locale.ROOT) + " " + good + " by people who use one every day. "
                + "Comes with " + any(new String[] {"two", "three", "five"}) + " years of guarantee, and in "
                + any(COLOURS) + " too.";
    }

    private java.math.BigDecimal cents(int from, int to) {
        return java.math.BigDecimal.valueOf(from + random.nextInt(Math.max(1, to - from)), 2);
    }

    private <T> T any(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
