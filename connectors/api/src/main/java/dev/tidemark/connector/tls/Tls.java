package dev.tidemark.connector.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Protection of connections to a server: always encrypted, and the server needs a certificate that one of these authorities
 * issued for the configured host. Each call reads the files from disk.
 *
 * @param ca a PEM file of authorities; no others are trusted
 * @param identity the certificate to present to the server; null: none
 */
public record Tls(Path ca, @Nullable Identity identity) {

    /**
     * Reads all files once.
     *
     * @throws PemException if a file cannot be used
     */
    public void check() {
        context();
    }

    /**
     * Returns the authorities as a key store.
     *
     * @throws PemException if they cannot be used
     */
    public KeyStore authorities() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate certificate : Pem.certificates(ca)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new PemException(ca + " cannot be used: " + e.getMessage(), "give another file", e);
        }
    }

    /**
     * Returns the TLS context of a client. The client has to verify the host's name.
     *
     * @throws PemException if a file cannot be used
     */
    public SSLContext context() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : identity.keyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new PemException("TLS cannot be set up with " + ca + ": " + e.getMessage(), "see the JDK's own", e);
        }
    }
}
