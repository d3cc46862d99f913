package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in the binlog of one server. As one number it is the file's number in the upper and the place in it in the lower
 * 32 bits, so that places ascend.
 */
public final class BinlogPosition {

    private static final int PLACE_BITS = 32;

    private BinlogPosition() {}

    /** Returns one number for a file such as {@code binlog.000007} and a position in it; 0 if no file is known. */
    public static long of(@Nullable String file, long place) {
        return file == null ? 0 : number(file) << PLACE_BITS | place;
    }

    /** Returns the position that an offset names, 0 if it names none. */
    public static long of(Map<String, ?> offset) {
        long place = offset.get(BinlogOffsets.PLACE) instanceof Number number ? number.longValue() : 0;
        return offset.get(BinlogOffsets.FILE) instanceof String file && !file.isEmpty() ? of(file, place) : place;
    }

    /** Returns the end of the binlog; beyond every position if the server does not report it. */
    public static long end(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(BinlogFilters.statusQuery(Variables.read(connection)))) {
            return answer.next() ? of(answer.getString("File"), answer.getLong("Position")) : Long.MAX_VALUE;
        }
    }

    /**
     * Returns the position as offsets are written: {@code binlog.000007, position 1547}.
     *
     * @param base the name of the server's binlog files, without their number
     */
    public static String text(String base, long position) {
        return String.format(
                Locale.ROOT, "%s.%06d, position %d", base, position >>> PLACE_BITS, position & (1L << PLACE_BITS) - 1);
    }

    /** Returns the name of a binlog file without its number. */
    public static String base(String file) {
        int dot = file.lastIndexOf('.');
        return dot <= 0 ? file : file.substring(0, dot);
    }

    /** Returns the number at the end of a binlog file's name; 0 if there is none. */
    static long number(String file) {
        int dot = file.lastIndexOf('.');
        try {
            return Long.parseLong(file.substring(dot + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
