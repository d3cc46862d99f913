package dev.tidemark.connector.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class TlsFailureTest {

    private static final Tls TLS = new Tls(Path.of("ca.pem"), null);

    private static Optional<TlsFailure> of(Throwable failure) {
        return TlsFailure.of(failure, "the server", TLS, "sink.typesense.tls");
    }

    private static Throwable wrapped(Throwable cause) {
        return new SQLException("the connection attempt failed", new IOException("wrapped", cause));
    }

    private static Throwable handshake(Throwable cause) {
        return wrapped(new SSLHandshakeException(cause.getMessage()).initCause(cause));
    }

    @Test
    void whatIsNoMatterOfTls_isNone() {
        assertThat(of(wrapped(new ConnectException("refused")))).isEmpty();
    }

    /** A server that is stopped at that moment comes back. */
    @Test
    void aHandshakeThatWasCutOff_isNone() {
        assertThat(of(handshake(new EOFException("SSL peer shut down incorrectly"))))
                .isEmpty();
    }

    @Test
    void eachReason_hasWordsOfItsOwn() {
        assertThat(of(handshake(new CertPathValidatorException("unable to find valid certification path"))))
                .hasValue(new TlsFailure(
                        "the certificate of the server was issued by no authority in ca.pem",
                        "set sink.typesense.tls.ca to a file with the certificate of the authority that issued it"));
        assertThat(of(handshake(new CertPathValidatorException("x", new CertificateExpiredException("NotAfter: then"))))
                        .map(TlsFailure::message))
                .hasValue(
                        "the certificate of the server, or of one of its authorities, is not valid now: NotAfter: then");
        assertThat(of(handshake(new CertificateException("No name matching db found")))
                        .map(TlsFailure::message))
                .hasValue("the certificate of the server is for another host: No name matching db found");
        assertThat(of(wrapped(new SSLException("Unsupported or unrecognized SSL message")))
                        .map(TlsFailure::message))
                .hasValue("the server offers no encryption");
        assertThat(of(wrapped(new SSLHandshakeException("Received fatal alert: certificate_required")))
                        .map(TlsFailure::hint))
                .hasValue("set sink.typesense.tls.certificate and .key to what its authority issued for this service");
        assertThat(of(wrapped(new SSLHandshakeException("Received fatal alert: protocol_version")))
                        .map(TlsFailure::message))
                .hasValue("the server and this service agree on no encryption: Received fatal alert: protocol_version");
    }
}
