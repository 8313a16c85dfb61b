package io.weir.messaging.secret;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells values that stand for a secret from secrets: examples, references, masks. No pattern here
 * repeats more than a set of characters, so that each try is linear.
 */
final class Placeholders {
  // Words that say so wherever they stand in a value.
  private static final Set<String> STAND_IN_WORDS =
      Words.of(
          """
          example sample placeholder dummy fake your todo fixme tbd redacted masked hidden removed insert replace change
          unset undefined null none nil empty default mock mocked obfuscated put enter
          """);
  private static final List<String> STAND_IN_PARTS =
      List.of(
          "changeme",
          "changeit",
          "placeholder",
          "yourapi",
          "keyhere",
          "key_here",
          "xxxx",
          "***",
          "...",
          "…",
          "####",
          "____",
          "------",
          "000000000000",
          "lorem",
          "ipsum");
  private static final List<String> STAND_IN_STARTS =
      List.of(
          "your",
          "insert",
          "example",
          "dummy",
          "fake",
          "foo",
          "baz",
          "tu_",
          "seu_",
          "sua_",
          "abcdef123");
  // Milder than for plain literals.
  private static final List<String> STAND_IN_KEY_PARTS =
      List.of(
          "your",
          "changeme",
          "placeholder",
          "redacted",
          "dummy",
          "fake",
          "examplekey",
          "xxxxx",
          "***",
          "...",
          "____",
          "000000000000",
          "----",
          "123456789012345678");
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$\\{|\\{\\{|#\\{|\\$\\(|^\\$[A-Za-z_]|%\\([a-z_]{1,40}\\)s|%[sdv](?:$|[^A-Za-z0-9])|^%[A-Za-z_.]{1,40}%$"
              + "|\\{[A-Za-z_0-9.]{0,40}\\}|^<|<%|<\\?|^\\[|^#[A-Za-z._-]{1,80}#?$|^@[A-Za-z_/.]{1,80}$|^ENC\\[|^\\$ANSIBLE"
              + "|(?i:process\\.env|os\\.environ|getenv|\\benv\\.|env\\(|secrets\\.|vault:|arn:aws:|\\bref\\+|!vault|op://|secretref|keyvault)");
  private static final Pattern ADDRESS_OR_PATH =
      Pattern.compile(
          "^(?:[A-Za-z][a-z0-9+.-]{1,20}:(?://|[a-z])|\\.{1,2}/|~/|/[A-Za-z_.-]{1,60}(?:/|$)|[A-Za-z]:\\\\|www\\.|/$)"
              + "|\\.(?:json|ya?ml|txt|pem|crt|cer|key|jks|p12|pfx|html?|php|aspx?|jsp|xml|properties|js|ts|py|java|go|rb|png|svg|md|sh|env|conf|cfg|ini)$");

  /** Values that documentation uses everywhere. */
  private static final List<String> DOCUMENTED =
      List.of(
          "akiaiosfodnn7example",
          "wjalrxutnfemi/k7mdeng/bpxrficyexamplekey",
          "correcthorsebatterystaple");

  private Placeholders() {}

  /** Whether {@code value} only holds the place of a secret, whatever name it is assigned to. */
  static boolean isPlaceholder(String value) {
    return isStandIn(value)
        || REFERENCE.matcher(value).find()
        || value.chars().distinct().limit(3).count() <= (value.length() >= 8 ? 2 : 1);
  }

  private static boolean isStandIn(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return STAND_IN_PARTS.stream().anyMatch(lower::contains)
        || STAND_IN_STARTS.stream().anyMatch(lower::startsWith)
        || lower.endsWith("_here")
        || hasStandInWord(lower)
        || DOCUMENTED.contains(lower);
  }

  private static boolean hasStandInWord(String lower) {
    int start = -1;
    for (int i = 0; i <= lower.length(); i++) {
      boolean letter = i < lower.length() && lower.charAt(i) >= 'a' && lower.charAt(i) <= 'z';
      if (letter && start < 0) {
        start = i;
      } else if (!letter && start >= 0) {
        if (i - start <= 11
            && i - start >= 3
            && STAND_IN_WORDS.contains(lower.substring(start, i))) {
          return true;
        }
        start = -1;
      }
    }
    return false;
  }

  /** Whether {@code key}, which has a provider's form, shows only that form. */
  static boolean isStandInKey(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return STAND_IN_KEY_PARTS.stream().anyMatch(lower::contains)
        || lower.endsWith("example")
        || key.contains("abcdefghijkl")
        || key.contains("ABCDEFGHIJKL")
        || DOCUMENTED.contains(lower)
        || REFERENCE.matcher(key).find();
  }

  static boolean isAddressOrPath(String value) {
    return ADDRESS_OR_PATH.matcher(value).find();
  }
}
