package io.weir.messaging.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String KEY = "ghp_" + "a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y";
  private static final List<String> PIECES =
      List.of(
          "\n",
          "\r\n",
          "\r",
          " ",
          "\t",
          "\"",
          "'",
          "`",
          "=",
          ": ",
          "{",
          "}",
          "(",
          ",",
          "é",
          "😀",
          "\\",
          "\\n",
          "password",
          "API_KEY",
          "token",
          "x",
          "0",
          "def f():",
          "// ",
          "Tr0ub4dor&3",
          KEY,
          "AKIA" + "Q3EGRTU7WXYZ2345",
          "-----BEGIN PRIVATE KEY-----",
          "-----END PRIVATE KEY-----",
          "MIIEowIBAAKCAQEA",
          "://u:p4ssw0rd@h");

  @Test
  void every_line_keeps_its_number_and_length_whatever_the_text() {
    RandomGenerator random = new Random(20261121);
    for (int run = 0; run < 2_000; run++) {
      String text = text(random);
      Redaction redacted = Redaction.of(text);
      assertEquals(shape(text), shape(redacted.text()), text);
    }
  }

  @Test
  void nothing_but_what_was_masked_changes_and_a_second_pass_finds_nothing() {
    RandomGenerator random = new Random(7);
    for (int run = 0; run < 2_000; run++) {
      String text = text(random);
      String redacted = Redaction.of(text).text();
      for (int i = 0; i < text.length(); i++) {
        char c = redacted.charAt(i);
        assertTrue(c == text.charAt(i) || c == Redaction.MASK, text);
      }
      assertFalse(redacted.contains(KEY), text);
      assertEquals(redacted, Redaction.of(redacted).text(), text);
    }
  }

  @Test
  void a_text_without_secrets_stays_as_it_is() {
    String text = "def add(a, b):\n    return a + b\n";
    assertEquals(text, Redaction.of(text).text());
    assertEquals(List.of(), Redaction.of(text).secrets());
  }

  private static String text(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(40); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  /** The lengths of all lines, each with its kind of break. */
  private static List<String> shape(String text) {
    return List.of(text.replaceAll("[^\\r\\n]", "."));
  }
}
