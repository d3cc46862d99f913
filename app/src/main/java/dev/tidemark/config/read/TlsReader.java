package dev.tidemark.config.read;

import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.PemException;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reader of the sections {@code tls}. Files are read here once, so that an unusable one is reported before anything starts. */
final class TlsReader {

    /** Properties that configure TLS for Debezium and both drivers. */
    private static final Pattern PASSED_THROUGH = Pattern.compile(
            "(database|driver)\\.(ssl|tls|useSSL|requireSSL|verifyServerCertificate|trustCertificate|clientCertificate"
                    + "|fallbackToSystem).*",
            Pattern.CASE_INSENSITIVE);

    private static final String CA =
            "such as 'ca: /etc/tidemark/ca.pem', the authority that issued the server's" + " certificate";

    private TlsReader() {}

    /** Reads the settings of a connection that may show a certificate of its own; null if the section is not given. */
    static @Nullable Tls client(YamlMap parent) {
        return parent.optional("tls")
                .flatMap(YamlValue::map)
                .map(map -> {
                    Optional<Path> ca = authorities(map);
                    Identity identity = map.has("certificate") || map.has("key") ? identity(map) : null;
                    map.finish();
                    return ca.map(file -> new Tls(file, identity)).orElse(null);
                })
                .orElse(null);
    }

    /** Reads the settings of a connection that shows no certificate; null if the section is not given. */
    static @Nullable Tls anonymousClient(YamlMap parent) {
        return parent.optional("tls")
                .flatMap(YamlValue::map)
                .map(map -> {
                    Optional<Path> ca = authorities(map);
                    map.finish();
                    return ca.map(file -> new Tls(file, null)).orElse(null);
                })
                .orElse(null);
    }

    /** Reads the identity of a server; null if the section is not given. */
    static @Nullable Identity server(YamlMap parent) {
        return parent.optional("tls")
                .flatMap(YamlValue::map)
                .map(map -> {
                    Identity identity = identity(map);
                    map.finish();
                    return identity;
                })
                .orElse(null);
    }

    /** Returns whether a property sets what a section {@code tls} sets. */
    static boolean saysTheSame(String debeziumProperty) {
        return PASSED_THROUGH.matcher(debeziumProperty).matches();
    }

    private static Optional<Path> authorities(YamlMap map) {
        return map.required("ca", CA)
                .flatMap(value -> path(value).filter(file -> usable(value, () -> new Tls(file, null).check())));
    }

    private static @Nullable Identity identity(YamlMap map) {
        Optional<YamlValue> certificate =
                map.required("certificate", "such as 'certificate: /etc/tidemark/tidemark.pem'; it belongs to 'key'");
        Optional<YamlValue> key =
                map.required("key", "such as 'key: /etc/tidemark/tidemark.key'; it belongs to 'certificate'");
        Optional<Path> first = certificate.flatMap(TlsReader::path);
        Optional<Path> second = key.flatMap(TlsReader::path);
        if (first.isEmpty() || second.isEmpty()) {
            return null;
        }
        Identity identity = new Identity(first.get(), second.get());
        boolean usable = usable(certificate.get(), identity::certificates)
                && usable(key.get(), () -> identity.keyStore(new char[0]));
        return usable ? identity : null;
    }

    private static Optional<Path> path(YamlValue value) {
        return value.text().map(value.paths()::file);
    }

    private static boolean usable(YamlValue value, Runnable use) {
        try {
            use.run();
            return true;
        } catch (PemException e) {
            value.wrong(e.found(), e.hint());
            return false;
        }
    }
}
