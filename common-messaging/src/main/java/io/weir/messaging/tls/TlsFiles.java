package io.weir.messaging.tls;

import io.weir.messaging.runtime.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How connections to a dependency are encrypted.
 *
 * @param authorities PEM file with the authorities that the server's certificate may come from;
 *     empty: those that the JVM trusts
 * @param certificate PEM file with our own certificate, its chain after it; empty: we have none
 * @param key PEM file with the private key of {@code certificate}; there when that is
 * @param verify whether the server's certificate must be good and for the host that is called
 */
public record TlsFiles(
    Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key, boolean verify) {
  private static final char[] NO_PASSWORD = new char[0];

  /**
   * Reads {@code <dependency>_TLS_CA_FILE}, {@code _TLS_CERT_FILE}, {@code _TLS_KEY_FILE} and
   * {@code _TLS_VERIFY}. Files that are of no use are problems of the settings.
   *
   * @param dependency what the names begin with, such as {@code NATS}
   * @param urlWantsTls whether its address says that it wants TLS; else a file says it
   * @return empty when nothing asks for TLS
   */
  public static Optional<TlsFiles> read(
      SettingsReader settings, String dependency, boolean urlWantsTls) {
    String prefix = dependency + "_TLS_";
    Optional<String> ca =
        settings.optionalText(
            prefix + "CA_FILE", "PEM file of authorities to trust; the JVM's when not set");
    Optional<String> certificate =
        settings.optionalText(prefix + "CERT_FILE", "PEM file of our own certificate (mTLS)");
    Optional<String> key =
        settings.optionalText(prefix + "KEY_FILE", "PEM file (PKCS#8) of our certificate's key");
    boolean verify =
        settings.flag(prefix + "VERIFY", true, "false trusts any server: for experiments only");

    ca.ifPresent(path -> checked(settings, prefix + "CA_FILE", path, Pem::certificates));
    if (certificate.isPresent() && key.isPresent()) {
      List<X509Certificate> chain =
          checked(settings, prefix + "CERT_FILE", certificate.get(), Pem::certificates);
      PrivateKey own = checked(settings, prefix + "KEY_FILE", key.get(), Pem::key);
      if (chain != null && own != null && !Pem.fits(own, chain.getFirst())) {
        settings.problem(
            prefix + "KEY_FILE",
            key.get(),
            "the key of the certificate in %sCERT_FILE".formatted(prefix));
      }
    } else if (certificate.isPresent()) {
      settings.problem(prefix + "KEY_FILE", "", "the key of %sCERT_FILE".formatted(prefix));
    } else if (key.isPresent()) {
      settings.problem(prefix + "CERT_FILE", "", "the certificate of %sKEY_FILE".formatted(prefix));
    }
    boolean wanted = urlWantsTls || ca.isPresent() || certificate.isPresent();
    return wanted
        ? Optional.of(
            new TlsFiles(ca.map(Path::of), certificate.map(Path::of), key.map(Path::of), verify))
        : Optional.empty();
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(Path file) throws IOException;
  }

  private static <T> @Nullable T checked(
      SettingsReader settings, String name, String path, Reading<T> reading) {
    try {
      return reading.from(Path.of(path));
    } catch (Pem.UnusableException e) {
      settings.problem(name, path, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      settings.problem(name, path, "a readable file");
    }
    return null;
  }

  /**
   * What the files say now. Made anew for each connection, so that a certificate that was renewed
   * on disk is used without a restart.
   */
  public SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the files of *_TLS_* settings can't be used: " + e.getMessage(), e);
    }
  }

  private KeyManager @Nullable [] keyManagers() throws IOException, GeneralSecurityException {
    if (certificate.isEmpty() || key.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "own",
        Pem.key(key.get()),
        NO_PASSWORD,
        Pem.certificates(certificate.get()).toArray(Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
    if (!verify) {
      return new TrustManager[] {new TrustAnybody()};
    }
    if (authorities.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    for (X509Certificate authority : Pem.certificates(authorities.get())) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
