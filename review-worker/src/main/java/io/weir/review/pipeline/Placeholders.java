package io.weir.review.pipeline;

import com.google.re2j.Pattern;
import java.util.Locale;

/** Tells values that stand for a secret from secrets: examples, references, names, masks. */
final class Placeholders {
  private static final Pattern STAND_IN =
      Pattern.compile(
          "(?:^|[^a-z])(?:example|sample|placeholder|dummy|fake|changeme|change[-_ ]?(?:me|this|it)|your|todo|fixme|tbd"
              + "|redacted|masked|hidden|removed|insert|replace[-_ ]?(?:me|this|with)|not[-_ ]?set|unset|undefined"
              + "|null|none|nil|empty|default)(?:$|[^a-z])"
              + "|^your|changeme|placeholder|^(?:example|dummy|fake)|x{4,}|\\*{3,}|\\.{3,}|#{4,}|_{4,}|-{6,}");
  // Milder than for plain literals: a documentation key that ends in EXAMPLE is masked too, it
  // costs nothing.
  private static final Pattern STAND_IN_KEY =
      Pattern.compile("your|changeme|placeholder|redacted|dummy|fake|x{4,}|\\*{3,}|\\.{3,}|_{4,}");
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$\\{|\\{\\{|#\\{|\\$\\(|^\\$[A-Za-z_]|%\\([a-z_]+\\)s|^%[sdv]$|^%[A-Z_]+%$|^\\{[A-Za-z_0-9.]*\\}$|^<.*>$|^\\[.*\\]$"
              + "|(?i:process\\.env|os\\.environ|getenv|env\\.|env\\(|secrets\\.|vault:|arn:aws:|\\bref\\+)");
  private static final Pattern ADDRESS_OR_PATH =
      Pattern.compile("^(?:[a-z][a-z0-9+.-]*://|\\.{0,2}/|~/|[A-Za-z]:\\\\)");

  private Placeholders() {}

  /** Whether {@code value} only holds the place of a secret, whatever name it is assigned to. */
  static boolean isPlaceholder(String value) {
    return STAND_IN.matcher(value.toLowerCase(Locale.ROOT)).find()
        || REFERENCE.matcher(value).find()
        || value.chars().distinct().count() <= 2;
  }

  /** Whether {@code key}, which has a provider's form, shows only that form. */
  static boolean isStandInKey(String key) {
    return STAND_IN_KEY.matcher(key.toLowerCase(Locale.ROOT)).find()
        || REFERENCE.matcher(key).find();
  }

  static boolean isAddressOrPath(String value) {
    return ADDRESS_OR_PATH.matcher(value).find();
  }
}
