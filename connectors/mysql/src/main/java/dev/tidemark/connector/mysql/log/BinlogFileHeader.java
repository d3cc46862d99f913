package dev.tidemark.connector.mysql.log;

import com.mysql.cj.NativeSession;
import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.protocol.a.NativeConstants;
import com.mysql.cj.protocol.a.NativeConstants.IntegerDataType;
import com.mysql.cj.protocol.a.NativeConstants.StringSelfDataType;
import com.mysql.cj.protocol.a.NativePacketPayload;
import com.mysql.cj.protocol.a.NativeProtocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * Reads the first event of a binlog file, which contains when the server created the file. No SQL statement shows it, so the file is
 * requested as a replica would, over a connection of the driver: authentication and TLS are those of every other query.
 */
final class BinlogFileHeader {

    /** The server does not send events with checksums to a reader that has not announced that it knows them. */
    private static final String KNOWS_CHECKSUMS = "SET @master_binlog_checksum = @@GLOBAL.binlog_checksum,"
            + " @source_binlog_checksum = @@GLOBAL.binlog_checksum";

    private static final long FIRST_EVENT = 4;
    private static final int END_INSTEAD_OF_WAITING = 1;
    /** The id of a reader that is not a replica: the server ends no other reader because of it. */
    private static final int NO_REPLICA = 0;

    private static final int FORMAT_DESCRIPTION = 15;
    private static final int END_OF_FILE = 0xFE;
    /** A made-up rotation comes first; everything else before the header would be new. */
    private static final int EVENTS_BEFORE = 4;

    private static final int HEADER_BYTES = 19;
    private static final int VERSION_BYTES = 50;

    private BinlogFileHeader() {}

    /**
     * Returns what identifies a file: when it was created (seconds since 1970), by which server id and version, and the server's start if
     * the file was created by it. It stays the same as long as the file exists. Must be the last use of the connection.
     *
     * @throws SQLException if the file does not exist, or REPLICATION SLAVE is missing
     */
    static String read(Connection connection, String file) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(KNOWS_CHECKSUMS);
        }
        NativeSession session = (NativeSession)
                connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).getSession();
        try {
            return identity(formatDescription(session, file));
        } catch (CJException e) {
            throw new SQLException(String.valueOf(e.getMessage()), e.getSQLState(), e.getVendorCode(), e);
        } finally {
            session.forceClose(); // the server may be sending the rest of the file
        }
    }

    private static ByteBuffer formatDescription(NativeSession session, String file) throws SQLException {
        NativeProtocol protocol = session.getProtocol();
        NativePacketPayload packet = protocol.sendCommand(request(file), false, 0);
        for (int skipped = 0; skipped <= EVENTS_BEFORE; skipped++) {
            byte[] bytes = packet.getByteBuffer();
            ByteBuffer event =
                    ByteBuffer.wrap(bytes, 0, packet.getPayloadLength()).order(ByteOrder.LITTLE_ENDIAN);
            if (Byte.toUnsignedInt(event.get()) == END_OF_FILE) {
                break;
            }
            if (event.get(event.position() + 4) == FORMAT_DESCRIPTION) {
                return event;
            }
            packet = protocol.readMessage(null);
            protocol.checkErrorMessage(packet);
        }
        throw new SQLException("the server did not send the beginning of its binlog file " + file);
    }

    private static NativePacketPayload request(String file) {
        NativePacketPayload request = new NativePacketPayload(16 + file.length());
        request.writeInteger(IntegerDataType.INT1, NativeConstants.COM_BINLOG_DUMP);
        request.writeInteger(IntegerDataType.INT4, FIRST_EVENT);
        request.writeInteger(IntegerDataType.INT2, END_INSTEAD_OF_WAITING);
        request.writeInteger(IntegerDataType.INT4, NO_REPLICA);
        request.writeBytes(StringSelfDataType.STRING_EOF, file.getBytes(StandardCharsets.UTF_8));
        return request;
    }

    /** Takes only what no setting changes: flags, position and checksum depend on who reads the file, and when. */
    private static String identity(ByteBuffer event) {
        int begin = event.position();
        long written = Integer.toUnsignedLong(event.getInt(begin));
        long server = Integer.toUnsignedLong(event.getInt(begin + 5));
        byte[] version = new byte[VERSION_BYTES];
        event.position(begin + HEADER_BYTES + 2);
        event.get(version);
        long started = Integer.toUnsignedLong(event.getInt());
        return Instant.ofEpochSecond(written) + " server id " + server + " version "
                + new String(version, StandardCharsets.ISO_8859_1).replace("\0", "") + " start "
                + Instant.ofEpochSecond(started);
    }
}
