package dev.tidemark.connector.mysql.preflight;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The privileges of the connected user that count everywhere, those of its active roles included. */
final class Grants {

    private static final Pattern GRANT = Pattern.compile("GRANT (.+?) ON (\\S+) TO .*");
    private static final String EVERYTHING = "ALL PRIVILEGES";

    private final String account;
    private final Set<String> everywhere;

    private Grants(String account, Set<String> everywhere) {
        this.account = account;
        this.everywhere = everywhere;
    }

    static Grants read(Connection connection) throws SQLException {
        Set<String> everywhere = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            String account;
            String roles;
            try (ResultSet row = statement.executeQuery("SELECT CURRENT_USER(), CURRENT_ROLE()")) {
                row.next();
                account = quoted(row.getString(1));
                roles = row.getString(2);
            }
            String using = roles.equals("NONE") ? "" : " USING " + roles;
            try (ResultSet rows = statement.executeQuery("SHOW GRANTS FOR CURRENT_USER" + using)) {
                while (rows.next()) {
                    addEverywhere(rows.getString(1), everywhere);
                }
            }
            return new Grants(account, everywhere);
        }
    }

    /** Adds what one line grants on {@code *.*}. */
    static void addEverywhere(String line, Set<String> everywhere) {
        Matcher matcher = GRANT.matcher(line);
        if (matcher.matches() && matcher.group(2).equals("*.*")) {
            for (String privilege : matcher.group(1).split(",", -1)) {
                everywhere.add(privilege.strip().toUpperCase(Locale.ROOT));
            }
        }
    }

    /** Returns whether one of the privileges is granted everywhere. */
    boolean any(String... privileges) {
        if (everywhere.contains(EVERYTHING)) {
            return true;
        }
        for (String privilege : privileges) {
            if (everywhere.contains(privilege)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the account that the server took the user for, as SQL spells it: {@code 'tidemark'@'%'}. */
    String account() {
        return account;
    }

    private static String quoted(String userAtHost) {
        int at = userAtHost.lastIndexOf('@');
        return "'" + userAtHost.substring(0, at) + "'@'" + userAtHost.substring(at + 1) + "'";
    }
}
