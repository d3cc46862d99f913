package dev.tidemark.connector.tls;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Human-readable reason why a server was reached but no protected connection to it was established. Not retryable: the operator
 * has to act. Drivers wrap the JDK's exceptions in many ways, so the full chain of causes is searched.
 *
 * @param message what was found
 * @param hint what to do
 */
public record TlsFailure(String message, String hint) {

    /**
     * Returns the TLS failure that caused the failure of a connection; empty if the cause is another one, such as a server that
     * went away meanwhile.
     *
     * @param server the server as messages name it, such as {@code database shop at db.internal:5432}
     * @param tls the configured TLS; null: none
     * @param key the configuration key of TLS, such as {@code sink.typesense.tls}
     */
    public static Optional<TlsFailure> of(Throwable failure, String server, @Nullable Tls tls, String key) {
        List<Throwable> causes = causes(failure);
        Optional<Throwable> expired =
                first(causes, List.of(CertificateExpiredException.class, CertificateNotYetValidException.class));
        if (expired.isPresent()) {
            return Optional.of(new TlsFailure(
                    "the certificate of " + server + ", or of one of its authorities, is not valid now: "
                            + line(expired.get()),
                    "renew it, or set this machine's clock"));
        }
        Optional<Throwable> name = saying(
                causes,
                "No subject alternative",
                "No name matching",
                "could not be verified",
                "identity verification",
                "identity was not confirmed");
        if (name.isPresent()) {
            return Optional.of(new TlsFailure(
                    "the certificate of " + server + " is for another host: " + line(name.get()),
                    "connect by a name that is in the certificate, or have one issued for this host"));
        }
        if (first(causes, List.of(CertPathBuilderException.class, CertPathValidatorException.class))
                .or(() -> saying(causes, "PKIX path", "trust anchors"))
                .isPresent()) {
            return Optional.of(new TlsFailure(
                    "the certificate of " + server + " was issued by no authority "
                            + (tls == null ? "that Java knows" : "in " + tls.ca()),
                    "set " + key + ".ca to a file with the certificate of the authority that issued it"));
        }
        if (saying(causes, "nrecognized SSL message", "does not support SSL", "SSL Connection required")
                .isPresent()) {
            return Optional.of(
                    new TlsFailure(server + " offers no encryption", "turn TLS on there, or connect without it"));
        }
        return rejection(causes, server, key);
    }

    private static Optional<TlsFailure> rejection(List<Throwable> causes, String server, String key) {
        if (first(causes, List.of(EOFException.class, SocketException.class, SocketTimeoutException.class))
                .isPresent()) {
            return Optional.empty(); // it ended in the middle of the handshake
        }
        Optional<Throwable> alert = saying(causes, "Received fatal alert")
                .filter(cause ->
                        line(cause).contains("certificate") || line(cause).contains("unknown_ca"));
        if (alert.isPresent()) {
            return Optional.of(new TlsFailure(
                    server + " does not take the certificate of this service: " + line(alert.get()),
                    "set " + key + ".certificate and .key to what its authority issued for this service"));
        }
        return first(causes, List.of(SSLHandshakeException.class, CertificateException.class))
                .map(cause -> new TlsFailure(
                        server + " and this service agree on no encryption: " + line(cause),
                        "see which versions of TLS the server allows"));
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static Optional<Throwable> first(List<Throwable> causes, List<? extends Class<?>> types) {
        return causes.stream()
                .filter(cause -> types.stream().anyMatch(type -> type.isInstance(cause)))
                .findFirst();
    }

    /** Returns the innermost cause whose message contains one of these texts; it is the most precise one. */
    private static Optional<Throwable> saying(List<Throwable> causes, String... texts) {
        return causes.stream()
                .filter(cause ->
                        List.of(texts).stream().anyMatch(text -> line(cause).contains(text)))
                .reduce((outer, inner) -> inner);
    }

    private static String line(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
