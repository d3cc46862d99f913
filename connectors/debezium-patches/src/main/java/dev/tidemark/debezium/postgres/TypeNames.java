package dev.tidemark.debezium.postgres;

/** The names of types inside the engine: those of streamed ones hold their oid, those of a snapshot's are the driver's. */
public final class TypeNames {

    private static final String OID = "oid:";

    private TypeNames() {}

    /** Returns the name of a type for the engine: of no odd letters, and no other type's. */
    public static String ofOid(int oid) {
        return OID + Integer.toUnsignedString(oid);
    }

    /** Returns whether {@link #ofOid} made the name. */
    public static boolean isOfOid(String name) {
        return name.startsWith(OID);
    }

    /** Returns {@code schema.name} or {@code name} of a name as the driver spells it, which quotes only what is not on the search path. */
    public static String plain(String name) {
        if (name.startsWith("\"") && name.endsWith("\"") && name.contains("\".\"")) {
            int dot = name.indexOf("\".\"");
            return name.substring(1, dot) + "." + name.substring(dot + 3, name.length() - 1);
        }
        return switch (name) {
            case "serial" -> "int4";
            case "smallserial" -> "int2";
            case "bigserial" -> "int8";
            default -> name;
        };
    }

    /** Returns the part behind the schema. */
    public static String last(String plain) {
        return plain.substring(plain.indexOf('.') + 1);
    }
}
