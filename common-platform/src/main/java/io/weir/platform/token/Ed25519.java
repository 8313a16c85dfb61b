package io.weir.platform.token;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Signatures of Ed25519 (RFC 8037), checked by the JDK: the JOSE library would need another one for
 * that, Google's Tink. The JDK refuses an S that is not below the order of the group, so that a
 * signature has one form. Stateless.
 */
final class Ed25519 {
  private static final String NAME = "Ed25519";
  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;
  // SubjectPublicKeyInfo of a key of this kind, up to the 32 bytes of the key (RFC 8410, 4).
  private static final byte[] INFO = HexFormat.of().parseHex("302a300506032b6570032100");

  private Ed25519() {}

  /** The key of {@code jwk}; empty when it is of another curve or no point of it. */
  static Optional<PublicKey> key(OctetKeyPair jwk) {
    byte[] x = jwk.getDecodedX();
    if (!Curve.Ed25519.equals(jwk.getCurve()) || x.length != KEY_BYTES) {
      return Optional.empty();
    }
    byte[] info = Arrays.copyOf(INFO, INFO.length + KEY_BYTES);
    System.arraycopy(x, 0, info, INFO.length, KEY_BYTES);
    try {
      PublicKey key = KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(info));
      Signature.getInstance(NAME).initVerify(key); // whether it is a point shows here
      return Optional.of(key);
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** Whether {@code key} has signed {@code token}. */
  static boolean isSignedWith(EdECPublicKey key, SignedJWT token) {
    byte[] signature = token.getSignature().decode();
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature check = Signature.getInstance(NAME);
      check.initVerify(key);
      check.update(token.getSigningInput());
      return check.verify(signature);
    } catch (SignatureException e) {
      return false; // of the right length, and none
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no Ed25519", e);
    }
  }
}
