package io.weir.messaging.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and keys in PEM files, read with what the JDK has. Its own reader of PEM is still a
 * preview, and a library for it brings 10 MB of cryptography that the JDK has as well.
 */
final class Pem {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final Pattern OTHER_KEY =
      Pattern.compile("-----BEGIN ((?:[A-Z]+ )+)PRIVATE KEY-----");

  /** By the algorithm of a key, one that signs with it. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  /** A file that is there but does not hold what it should; its message is what it should hold. */
  static final class UnusableException extends IOException {
    private static final long serialVersionUID = 1;

    UnusableException(String wants) {
      super(wants);
    }
  }

  private Pem() {}

  /** The certificates in {@code file}, in its order; at least one. */
  static List<X509Certificate> certificates(Path file) throws IOException {
    // Read apart: the factory tells a file that can't be read as one without certificates.
    byte[] content = Files.readAllBytes(file);
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      // Said below.
    }
    throw new UnusableException("a PEM file of certificates (-----BEGIN CERTIFICATE-----)");
  }

  /** The private key in {@code file}: PKCS#8, not encrypted, RSA, EC or Ed25519. */
  static PrivateKey key(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher pkcs8 = PKCS8.matcher(text);
    if (!pkcs8.find()) {
      Matcher other = OTHER_KEY.matcher(text);
      throw new UnusableException(
          other.find()
              ? "a PKCS#8 key without a passphrase (-----BEGIN PRIVATE KEY-----), not one of kind %s; openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes one"
                  .formatted(other.group(1).strip())
              : "a PEM file of a private key (-----BEGIN PRIVATE KEY-----)");
    }
    try {
      var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pkcs8.group(1)));
      for (String algorithm : SIGNATURES.keySet()) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
        } catch (InvalidKeySpecException e) {
          // Of another kind.
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Said below; a cause could show some of the key.
    }
    throw new UnusableException("an intact RSA, EC or Ed25519 key in PKCS#8 form");
  }

  /** Whether {@code key} is the private half of {@code certificate}'s key. */
  static boolean fits(PrivateKey key, X509Certificate certificate) {
    PublicKey other = certificate.getPublicKey();
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null || !key.getAlgorithm().equals(other.getAlgorithm())) {
      return false;
    }
    try {
      byte[] something = "something to sign".getBytes(StandardCharsets.US_ASCII);
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(something);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(other);
      verifier.update(something);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
