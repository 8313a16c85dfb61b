package io.weir.messaging.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OneWordTest {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  private static final List<String> WORDS =
      List.of(
          "password",
          "secret",
          "token",
          "curl",
          "mysql",
          "bearer",
          "Basic",
          "BEGIN",
          "-----",
          "--password-",
          "api_key.");

  @ParameterizedTest
  @ValueSource(
      strings = {"0af7651916cd43dd8448eb211c80319c", "5c3a9d52-6f0e-4a7e-9b1d-2f8a6c0e4d17", "7"})
  void idsAreHexadecimal(String text) {
    assertEquals(OneWord.Kind.HEXADECIMAL, OneWord.kind(text));
    assertFalse(KeyFormats.BEGIN_IN_HEXADECIMAL, "no key begins with such a part");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a=b", "a:b", "a/b", "a\nb", "a\"b", "a-", "a.", "größer"})
  void whatHasRoomForMoreIsNoWord(String text) {
    assertEquals(OneWord.Kind.NONE, OneWord.kind(text));
  }

  @Test
  void aKeyWithAnUnderscoreWhereItsChecksumWouldBeIsReadToItsEnd() {
    String key = "github_pat_" + "Ab3dEf6hIj9kLm2nOp5q" + "X_1234";
    assertEquals(1, SecretScanner.scanLog(key).size());
  }

  /** Words of letters, of what secrets begin with, and of what providers' keys begin with. */
  @Test
  void lookingAtAWordForKeysOnlyMissesNothing() {
    var parts = new ArrayList<>(WORDS);
    KeyFormatTable.FORMATS.forEach(format -> parts.add(format.anchor()));
    var random = new Random(7);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      int pieces = 1 + random.nextInt(4);
      for (int piece = 0; piece < pieces; piece++) {
        if (random.nextBoolean()) {
          text.append(parts.get(random.nextInt(parts.size())));
        }
        int count = random.nextInt(50);
        for (int k = 0; k < count; k++) {
          text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
      }
      String word = text.toString();
      if (OneWord.kind(word) != OneWord.Kind.NONE) {
        List<FoundSecret> whole = SecretScanner.scan(word, true, true);
        assertEquals(whole, SecretScanner.scan(word), word);
        assertEquals(SecretScanner.scan(word, false, true), SecretScanner.scanLog(word), word);
        found += whole.size();
      }
    }
    assertTrue(found > 100, found + " keys were among them");
  }
}
