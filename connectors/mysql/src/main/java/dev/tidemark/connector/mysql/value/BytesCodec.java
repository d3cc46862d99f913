package dev.tidemark.connector.mysql.value;

import java.util.Arrays;

/** Codecs of bytes, and of what they encode. */
sealed interface BytesCodec extends ValueCodec {

    /** Bytes as they are. */
    record Plain() implements BytesCodec {

        @Override
        public Object carried(Object data) {
            return data;
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return bytes;
        }
    }

    /** binary(n): padded with zeros up to its length, which the binlog leaves out. */
    record Padded(int length) implements BytesCodec {

        @Override
        public Object carried(Object data) {
            return padded((byte[]) data);
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return padded(bytes);
        }

        private byte[] padded(byte[] bytes) {
            return bytes.length < length ? Arrays.copyOf(bytes, length) : bytes;
        }
    }

    /** A point, carried as its bytes. */
    record Point() implements BytesCodec {

        @Override
        public Object carried(Object data) {
            return data;
        }

        @Override
        public Object ofCarried(Object carried) {
            return GeometryText.point((byte[]) carried);
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return GeometryText.point(bytes);
        }
    }

    /** Any other geometry, as well-known text. */
    record Geometry() implements BytesCodec {

        @Override
        public Object carried(Object data) {
            return GeometryText.of((byte[]) data);
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return GeometryText.of(bytes);
        }
    }
}
