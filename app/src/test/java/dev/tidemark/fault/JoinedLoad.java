package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Seven tables of a music shop, two collections of documents joined from them (one by a query, one by a view), and random work
 * on all tables.
 */
final class JoinedLoad extends RandomWork {

    private static final int ARTISTS = 20;
    private static final int ALBUMS = 60;
    private static final int TRACKS = 600;
    private static final int GENRES = 6;
    private static final int PLAYLISTS = 12;

    private static final String[] TABLES = {
        "CREATE TABLE artists (id int PRIMARY KEY, name varchar(60))",
        "CREATE TABLE albums (id int PRIMARY KEY, title varchar(60), artist_id int)",
        "CREATE TABLE genres (id int PRIMARY KEY, name varchar(60))",
        "CREATE TABLE tracks (id int PRIMARY KEY, name varchar(60), album_id int, genre_id int, price decimal(8,2))",
        "CREATE TABLE playlists (id int PRIMARY KEY, name varchar(60))",
        "CREATE TABLE playlist_tracks (playlist_id int, track_id int, PRIMARY KEY (playlist_id, track_id))",
        "CREATE TABLE lyrics (id int PRIMARY KEY, track_id int, words varchar(200))",
        "CREATE INDEX albums_artist ON albums (artist_id)",
        "CREATE INDEX tracks_album ON tracks (album_id)",
        "CREATE INDEX tracks_genre ON tracks (genre_id)",
        "CREATE INDEX playlist_tracks_track ON playlist_tracks (track_id)",
        "CREATE INDEX lyrics_track ON lyrics (track_id)",
    };

    private static final String ALBUM_DOCUMENTS = "SELECT * FROM album_documents";

    private final String tracks;

    JoinedLoad(Shop shop, long seed) {
        super(shop, seed, Duration.ofMillis(5));
        boolean mysql = shop.source() instanceof MySqlSource;
        String playlists =
                mysql ? "GROUP_CONCAT(l.name ORDER BY l.id, l.name)" : "string_agg(l.name, ',' ORDER BY l.id, l.name)";
        tracks = "SELECT t.id, t.name, t.price, a.title AS album, r.name AS artist, g.name AS genre, (SELECT "
                + playlists
                + " FROM playlist_tracks x JOIN playlists l ON l.id = x.playlist_id WHERE x.track_id = t.id) AS playlists,"
                + " (SELECT COUNT(*) FROM lyrics y WHERE y.track_id = t.id) AS lyrics"
                + " FROM tracks t LEFT JOIN albums a ON a.id = t.album_id LEFT JOIN artists r ON r.id = a.artist_id"
                + " JOIN genres g ON g.id = t.genre_id";
        shop.sql(TABLES);
        if (!mysql) {
            shop.sql("ALTER TABLE lyrics REPLICA IDENTITY FULL", "ALTER TABLE tracks REPLICA IDENTITY FULL");
        }
        shop.sql("CREATE VIEW album_documents AS SELECT a.id, a.title, r.name AS artist,"
                + " (SELECT COUNT(*) FROM tracks t WHERE t.album_id = a.id) AS tracks"
                + " FROM albums a LEFT JOIN artists r ON r.id = a.artist_id");
        configure();
    }

    private void configure() {
        shop.document(
                        "tracks",
                        "query: \"" + tracks + " WHERE t.id IN (:ids)\"",
                        "dependsOn:",
                        dependsOn("albums", "SELECT id FROM tracks WHERE album_id = :id"),
                        dependsOn(
                                "artists",
                                "SELECT t.id FROM tracks t JOIN albums a ON a.id = t.album_id WHERE a.artist_id = :id"),
                        dependsOn("genres", "SELECT id FROM tracks WHERE genre_id = :id"),
                        dependsOn("playlists", "SELECT track_id FROM playlist_tracks WHERE playlist_id = :id"),
                        dependsOn("playlist_tracks", ":track_id"),
                        dependsOn("lyrics", ":track_id"))
                .document(
                        "albums",
                        "view: " + shop.source().qualified(shop.name(), "album_documents"),
                        "dependsOn:",
                        dependsOn("artists", "SELECT id FROM albums WHERE artist_id = :id"),
                        dependsOn("tracks", ":album_id"));
    }

    private String dependsOn(String table, String ids) {
        return "  - { table: " + shop.source().qualified(shop.name(), table) + ", ids: \"" + ids + "\" }";
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        few(statement, this::step);
    }

    private int any(int of) {
        return 1 + random.nextInt(of);
    }

    private String text() {
        return "'" + Integer.toString(random.nextInt(1_000_000), 36) + "'";
    }

    private String nullable(int of) {
        return random.nextInt(10) == 0 ? "NULL" : String.valueOf(any(of));
    }

    /** One statement; those that insert replace, so that none fails. */
    private String step() {
        return switch (random.nextInt(24)) {
            case 0 -> insert("artists", any(ARTISTS), "name = " + text());
            case 1 -> "UPDATE artists SET name = " + text() + " WHERE id = " + any(ARTISTS);
            case 2 -> "DELETE FROM artists WHERE id = " + any(ARTISTS);
            case 3, 4 -> insert("albums", any(ALBUMS), "title = " + text() + ", artist_id = " + nullable(ARTISTS));
            case 5 -> "UPDATE albums SET artist_id = " + nullable(ARTISTS) + " WHERE id = " + any(ALBUMS);
            case 6 -> "DELETE FROM albums WHERE id = " + any(ALBUMS);
            case 7, 8, 9, 10, 11 ->
                insert(
                        "tracks",
                        any(TRACKS),
                        "name = " + text() + ", album_id = " + nullable(ALBUMS) + ", genre_id = " + any(GENRES)
                                + ", price = " + random.nextInt(1000) / 4.0);
            case 12 -> "UPDATE tracks SET album_id = " + nullable(ALBUMS) + " WHERE id = " + any(TRACKS);
            case 13 -> "UPDATE tracks SET price = price + 1 WHERE album_id = " + any(ALBUMS);
            case 14 -> "DELETE FROM tracks WHERE id = " + any(TRACKS);
            case 15 -> insert("genres", any(GENRES), "name = " + text());
            case 16 -> random.nextInt(4) == 0 ? "DELETE FROM genres WHERE id = " + any(GENRES) : step();
            case 17 -> insert("playlists", any(PLAYLISTS), "name = " + text());
            case 18 -> "DELETE FROM playlists WHERE id = " + any(PLAYLISTS);
            case 19, 20 -> pair();
            case 21 -> "DELETE FROM playlist_tracks WHERE track_id = " + any(TRACKS);
            case 22 -> insert("lyrics", any(TRACKS), "track_id = " + nullable(TRACKS) + ", words = " + text());
            default ->
                random.nextBoolean()
                        ? "UPDATE lyrics SET track_id = " + nullable(TRACKS) + " WHERE id = " + any(TRACKS)
                        : "DELETE FROM lyrics WHERE id = " + any(TRACKS);
        };
    }

    private String pair() {
        int playlist = any(PLAYLISTS);
        int track = any(TRACKS);
        return "INSERT INTO playlist_tracks SELECT " + playlist + ", " + track
                + " FROM (SELECT 1 AS one) o WHERE NOT EXISTS (SELECT 1 FROM playlist_tracks WHERE playlist_id = "
                + playlist + " AND track_id = " + track + ")";
    }

    /** Inserts a row, or updates the one that is there. */
    private String insert(String table, int id, String set) {
        StringBuilder names = new StringBuilder("id");
        StringBuilder values = new StringBuilder(String.valueOf(id));
        for (String part : set.split(", ", -1)) {
            names.append(", ").append(part, 0, part.indexOf(" = "));
            values.append(", ").append(part.substring(part.indexOf(" = ") + 3));
        }
        String conflict =
                shop.source() instanceof MySqlSource ? " ON DUPLICATE KEY UPDATE " : " ON CONFLICT (id) DO UPDATE SET ";
        return "INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")" + conflict + set;
    }

    @Override
    void assertAsMany() {
        shop.assertAsMany("tracks", tracks);
        shop.assertAsMany("albums", ALBUM_DOCUMENTS);
    }

    @Override
    int assertEqual() {
        return shop.assertEqual("tracks", tracks) + shop.assertEqual("albums", ALBUM_DOCUMENTS);
    }
}
