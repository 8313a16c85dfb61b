package io.weir.platform.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeySetTest {
  private final ECKey good = Samples.key("good");

  private static KeySet parse(String json) throws ParseException {
    return KeySet.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static JWK rsa(String id, int bits) {
    // Public numbers of the right length are enough: nobody signs with it.
    return new RSAKey.Builder(
            Base64URL.encode(BigInteger.ONE.shiftLeft(bits - 1).setBit(0)),
            Base64URL.encode(BigInteger.valueOf(65_537)))
        .keyID(id)
        .build();
  }

  @Test
  void onlyKeysThatMayCheckSignaturesAreKept() throws Exception {
    JWK secret = new OctetSequenceKey.Builder(new byte[64]).keyID("secret").build();
    JWK encrypts = new ECKey.Builder(good).keyID("encrypts").keyUse(KeyUse.ENCRYPTION).build();
    KeySet set =
        KeySet.parse(
            Samples.published(good, secret, encrypts, rsa("short", 1024), rsa("long", 2048)));
    assertEquals(Set.of("good", "long"), set.ids());
  }

  @Test
  void keysOfKindsThatNobodyKnowsAreLeftOutAndBrokenOnesToo() throws Exception {
    String one = good.toPublicJWK().toJSONString();
    KeySet set =
        parse(
            "{\"keys\":[{\"kty\":\"LATTICE\",\"kid\":\"new\"},{\"kid\":\"no type\"},{},"
                + "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},%s]}"
                    .formatted(one));
    assertEquals(Set.of("good"), set.ids());
  }

  @Test
  void whatIsNoSetOfUsableKeysIsAnError() {
    for (String wrong :
        List.of(
            "",
            "[]",
            "{}",
            "<html>",
            "{\"keys\":{}}",
            "{\"keys\":[]}",
            "{\"keys\":[7]}",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
            "{\"keys\":" + "[".repeat(100_000))) {
      assertThrows(ParseException.class, () -> parse(wrong), wrong);
    }
    var many = new ArrayList<JWK>();
    for (int i = 0; i <= 100; i++) {
      many.add(new ECKey.Builder(good).keyID("k" + i).build());
    }
    assertThrows(
        ParseException.class, () -> KeySet.parse(Samples.published(many.toArray(new JWK[0]))));
  }

  @Test
  void aKeyIsFoundByItsNameToTheLetterAndByItsKind() throws Exception {
    KeySet set = KeySet.parse(Samples.published(good, rsa("long", 2048)));
    assertEquals(List.of(good.toPublicKey()), set.matching(Samples.signedBy("good")));
    for (String other : List.of("Good", "good ", "", "../good", "long")) {
      assertEquals(List.of(), set.matching(Samples.signedBy(other)), other);
    }
    assertEquals(
        1, set.matching(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("long").build()).size());
    assertEquals(
        1, set.matching(new JWSHeader.Builder(JWSAlgorithm.ES256).build()).size(), "no name");
  }

  @Test
  void privatePartsAreNotKept() throws Exception {
    String whole = new JWKSet(good).toString(false);
    assertTrue(whole.contains("\"d\""), "the sample has a private part");
    assertEquals(List.of(good.toPublicKey()), parse(whole).matching(Samples.signedBy("good")));
  }
}
