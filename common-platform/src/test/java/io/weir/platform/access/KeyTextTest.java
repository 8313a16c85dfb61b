package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyTextTest {
  private static final String SECRET = "s".repeat(43);
  private static final String TEXT = "weir_abcDEF012345_" + SECRET;

  private final SecureRandom random = new SecureRandom();

  @Test
  void aKeyIsReadAsItWasMade() {
    KeyText made = KeyText.make(random);
    String text = made.text().reveal();
    assertTrue(text.matches("weir_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}"), "has another form");
    KeyText read = KeyText.parse(text).orElseThrow();
    assertEquals(made.id(), read.id());
    assertTrue(read.matches(made.hash()));
  }

  @Test
  void aThousandKeysAreAThousandIdsAndSecretsOfAllLetters() {
    var ids = new HashSet<String>();
    var secrets = new HashSet<String>();
    var letters = new HashSet<Character>();
    for (int i = 0; i < 1000; i++) {
      String text = KeyText.make(random).text().reveal();
      ids.add(text.substring(5, 17));
      secrets.add(text.substring(18));
      text.substring(18).chars().forEach(c -> letters.add((char) c));
    }
    assertEquals(1000, ids.size());
    assertEquals(1000, secrets.size());
    assertEquals(62, letters.size());
  }

  @Test
  void whatHasNotExactlyTheFormIsNoKey() {
    assertTrue(KeyText.parse(TEXT).isPresent());
    for (String wrong :
        new String[] {
          "",
          "weir_",
          TEXT.substring(1),
          TEXT.substring(0, TEXT.length() - 1),
          TEXT + "s",
          " " + TEXT.substring(1),
          TEXT.substring(0, TEXT.length() - 1) + "\n",
          TEXT.replace("weir_", "Weir_"),
          TEXT.replace("abcDEF", "abc_EF"),
          TEXT.replace("abcDEF", "abc.EF"),
          TEXT.replace("abcDEF", "abcDÉF"),
          TEXT.replace("345_", "3456s"),
          "weir_abcDEF012345-" + SECRET
        }) {
      assertEquals(Optional.empty(), KeyText.parse(wrong), wrong);
    }
  }

  @Test
  void aSecretMatchesItsOwnHashOnly() {
    KeyText key = KeyText.parse(TEXT).orElseThrow();
    // By sha256sum.
    assertEquals("d64b93c9f1b60eb338e5cb415d6a36bd920edd0e9b36f7ea5c730d0e10ff147f", key.hash());
    assertTrue(key.matches(key.hash()));
    for (int at = 0; at < 43; at += 6) {
      String other = TEXT.substring(0, 18 + at) + "t" + TEXT.substring(19 + at);
      assertFalse(KeyText.parse(other).orElseThrow().matches(key.hash()), "differs at " + at);
    }
    assertFalse(key.matches(""));
    assertFalse(key.matches(ApiKeyVerifier.NOBODY));
    assertFalse(key.matches(key.hash().substring(1)));
  }

  @Test
  void theSecretIsShownOnPurposeOnly() {
    KeyText key = KeyText.make(random);
    String secret = key.text().reveal().substring(18);
    assertEquals("weir_" + key.id() + "_***", key.toString());
    assertFalse(key.text().toString().contains(secret));
    assertFalse(key.hash().contains(secret));
    assertNotEquals(key, KeyText.parse(key.text().reveal()).orElseThrow(), "no equals to time");
  }

  @Test
  void aPersonMayNameAKeyInThreeWays() {
    Optional<String> id = Optional.of("abcDEF012345");
    assertEquals(id, KeyText.idIn("abcDEF012345"));
    assertEquals(id, KeyText.idIn("weir_abcDEF012345"));
    assertEquals(id, KeyText.idIn(TEXT));
    for (String wrong : new String[] {"", "weir_", "abc", "abcDEF01234!", TEXT + "x", SECRET}) {
      assertEquals(Optional.empty(), KeyText.idIn(wrong), wrong);
    }
  }
}
