package dev.tidemark.connector.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Certificate and key of this end of a connection: two PEM files, which each call reads from disk.
 *
 * @param certificate file with the certificate, then those between it and the authority
 * @param key file with its private key, without a password
 */
public record Identity(Path certificate, Path key) {

    private static final byte[] SAMPLE = {1, 2, 3};

    /**
     * Returns the certificates, our own first.
     *
     * @throws PemException if they cannot be used
     */
    public List<X509Certificate> certificates() {
        return Pem.certificates(certificate);
    }

    /**
     * Returns both as a key store, the key under this password.
     *
     * @throws PemException if they cannot be used, or do not belong together
     */
    public KeyStore keyStore(char[] password) {
        List<X509Certificate> chain = certificates();
        PrivateKey secret = Pem.privateKey(key);
        try {
            if (!belongTogether(chain.get(0), secret)) {
                throw notAPair(null);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("identity", secret, password, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw notAPair(e);
        }
    }

    /**
     * Returns the TLS context of a server that presents this identity and requests no certificate from its clients.
     *
     * @throws PemException as {@link #keyStore}
     */
    public SSLContext serverContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw notAPair(e);
        }
    }

    KeyManager[] keyManagers() throws GeneralSecurityException {
        char[] password = {};
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keyStore(password), password);
        return factory.getKeyManagers();
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                });
        signature.initSign(key);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(SAMPLE);
        return signature.verify(signed);
    }

    private PemException notAPair(@Nullable Throwable cause) {
        return new PemException(
                "the key in " + key + " does not belong to the first certificate in " + certificate,
                "give the two that were made together, our own certificate before those of its authorities",
                cause);
    }
}
