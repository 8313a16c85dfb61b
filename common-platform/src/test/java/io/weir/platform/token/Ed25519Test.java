package io.weir.platform.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ed25519Test {
  /** RFC 8037, appendix A. */
  private static final String X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  private static final String SIGNED =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
          + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

  /** Of the group; RFC 8032, 5.1. */
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  @TempDir Path folder;

  @Test
  void theSignatureOfTheStandardIsRight() throws Exception {
    assertEquals(true, Ed25519.isSignedWith(key(X), SignedJWT.parse(SIGNED)));
    int last = SIGNED.lastIndexOf('.');
    String other = SIGNED.substring(0, last - 1) + "A" + SIGNED.substring(last);
    assertEquals(false, Ed25519.isSignedWith(key(X), SignedJWT.parse(other)));
  }

  @Test
  void aTokenOfTheIssuerOpensByBothNamesOfTheAlgorithm() throws Exception {
    KeyPair pair = pair();
    for (String algorithm : List.of("EdDSA", "Ed25519")) {
      Tokens tokens = tokens(Set.of("EdDSA", "Ed25519"), published("ed", pair));
      assertInstanceOf(TokenAnswer.Valid.class, check(tokens, token(algorithm, "ed", pair)));
    }
  }

  @Test
  void forgedOnesAreRefused() throws Exception {
    KeyPair pair = pair();
    Tokens tokens = tokens(Set.of("EdDSA"), published("ed", pair));
    String good = token("EdDSA", "ed", pair);
    String signed = good.substring(0, good.lastIndexOf('.') + 1);
    byte[] signature = new Base64URL(good.substring(signed.length())).decode();
    assertInstanceOf(TokenAnswer.Valid.class, check(tokens, good));
    assertNotEquals(good, signed + Base64URL.encode(plusOrder(signature)));
    for (byte[] wrong :
        List.of(
            plusOrder(signature), // the same for the equation, and another text
            new byte[64],
            new byte[0],
            Arrays.copyOf(signature, 63),
            Arrays.copyOf(signature, 65),
            filled(signature.length))) {
      assertInstanceOf(TokenAnswer.Refused.class, check(tokens, signed + Base64URL.encode(wrong)));
    }
    assertInstanceOf(TokenAnswer.Refused.class, check(tokens, token("EdDSA", "ed", pair())));
    assertInstanceOf(TokenAnswer.Refused.class, check(tokens, token("EdDSA", "other", pair)));
    assertInstanceOf(TokenAnswer.Refused.class, check(tokens, token("Ed25519", "ed", pair)));
  }

  @Test
  void itIsNotBelievedUnlessTheSettingsSaySo() throws Exception {
    KeyPair pair = pair();
    Tokens tokens = tokens(Set.of("RS256", "ES256"), published("ed", pair));
    assertInstanceOf(TokenAnswer.Refused.class, check(tokens, token("EdDSA", "ed", pair)));
  }

  @Test
  void keysOfOtherCurvesAndThoseThatAreNoPointAreLeftOut() {
    for (JWK wrong :
        List.of(
            new OctetKeyPair.Builder(Curve.X25519, new Base64URL(X)).keyID("x").build(),
            new OctetKeyPair.Builder(Curve.Ed448, new Base64URL(X)).keyID("x").build(),
            new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(new byte[31])).build(),
            new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(filled(32))).build())) {
      assertThrows(
          ParseException.class, () -> KeySet.parse(Samples.published(wrong)), wrong::toString);
    }
  }

  @Test
  void aFileOfKeysThatIsHugeIsNotReadToItsEnd() throws Exception {
    Path file = folder.resolve("huge.json");
    Files.writeString(file, " ".repeat(KeySource.MOST_BYTES + 1));
    assertThrows(IOException.class, () -> KeySource.of(file).read());
  }

  private Tokens tokens(Set<String> algorithms, byte[] keys) throws IOException {
    Path file = folder.resolve("keys.json");
    Files.write(file, keys);
    TokenSettings usual = Samples.settings();
    return new Tokens(
        new TokenSettings(
            new TokenSettings.KeysAt.File(file),
            usual.issuer(),
            usual.audiences(),
            algorithms,
            usual.skew(),
            usual.userClaim(),
            usual.scopeClaim(),
            usual.times()),
        usual.times().timeout(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        Runnable::run);
  }

  private static TokenAnswer check(Tokens tokens, String token) throws InterruptedException {
    return tokens.check(token).orElseThrow();
  }

  private static EdECPublicKey key(String x) {
    PublicKey key =
        Ed25519.key(new OctetKeyPair.Builder(Curve.Ed25519, new Base64URL(x)).build())
            .orElseThrow();
    return (EdECPublicKey) key;
  }

  private static KeyPair pair() throws Exception {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  private static byte[] published(String id, KeyPair pair) {
    byte[] info = pair.getPublic().getEncoded();
    Base64URL x = Base64URL.encode(Arrays.copyOfRange(info, info.length - 32, info.length));
    return Samples.published(new OctetKeyPair.Builder(Curve.Ed25519, x).keyID(id).build());
  }

  private static String token(String algorithm, String keyId, KeyPair pair) throws Exception {
    String signed =
        Base64URL.encode("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, keyId))
            + "."
            + Base64URL.encode(
                "{\"iss\":\"%s\",\"aud\":\"weir-test\",\"sub\":\"ada\",\"exp\":%d}"
                    .formatted(Samples.ISSUER, NOW.plusSeconds(60).getEpochSecond()));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64URL.encode(signature.sign());
  }

  /** The signature with S + L for S, which the bare equation would take too. */
  private static byte[] plusOrder(byte[] signature) {
    byte[] big = new byte[32];
    for (int i = 0; i < 32; i++) {
      big[i] = signature[63 - i];
    }
    byte[] sum = new BigInteger(1, big).add(ORDER).toByteArray();
    byte[] changed = signature.clone();
    for (int i = 0; i < 32; i++) {
      changed[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
    }
    return changed;
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xFF);
    return bytes;
  }
}
