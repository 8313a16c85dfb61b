package io.weir.review.pipeline;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Literals that are given to names: those whose name says that they are secret, and those that look
 * random whatever their name. Thresholds as common scanners use them: 4.5 bits a character for
 * base64, 3.0 for hexadecimal.
 */
final class Assignments {
  private static final double BASE64_BITS = 4.5;
  private static final double HEX_BITS = 3.0;
  private static final int SHORTEST_PASSWORD = 4;
  private static final int SHORTEST_TOKEN = 8;

  private static final String NAME = "([A-Za-z_$][A-Za-z0-9_$.-]*)";
  private static final String TYPE =
      "(?:\\s*:\\s*[A-Za-z_&'][A-Za-z0-9_.<>?|&' ]{0,40}|[ \\t]+string)?";
  private static final String GIVEN = "(:=|=>|===?|!==?|=|:|,|\\(|\\s)";
  private static final String LITERAL =
      "(?:[rbuLf@]{0,2})(?:\"((?:[^\"\\\\\\n]|\\\\.)*)\"|'((?:[^'\\\\\\n]|\\\\.)*)'|`([^`]*)`)";
  private static final Pattern QUOTED =
      Pattern.compile(
          NAME + "(?:[\"'`]?\\]?)" + TYPE + "[ \\t]*" + GIVEN + "[ \\t]*\\(?\\s*" + LITERAL);
  private static final Pattern BARE =
      Pattern.compile(
          "([A-Za-z_][A-Za-z0-9_.-]*)[ \\t]*(=|:[ \\t])[ \\t]*([^\\s\"'`,;<>(){}\\[\\]$|]{6,})([(\\[{.]?)");

  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?:api|access|auth|private|secret|signing|encryption|master|service|account)[-_.]?key|apikey|secret|passw(?:or)?d"
              + "|passwd|pwd$|passphrase|token|credential|bearer");
  private static final Pattern PASSWORD_NAME = Pattern.compile("passw|pwd$|passphrase");
  // password_field, TOKEN_URL, tokenType: the name says that the value is about a secret, not one.
  private static final Pattern ABOUT_A_SECRET =
      Pattern.compile(
          "(?:name|field|type|url|uri|path|header|id|file|label|param|prefix|suffix|endpoint|regex|pattern|length|hint|policy"
              + "|title|message|error|placeholder|format|column|table|count|limit|expiry|expires|expires_in|size|tokenizer"
              + "|tokens|input|class|scope|algorithm|provider|store|manager)$");
  private static final Pattern FINGERPRINT_NAME =
      Pattern.compile(
          "sha|md5|hash|digest|checksum|integrity|commit|revision|uuid|guid|etag|fingerprint|nonce|alphabet|charset|chars$");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32,}");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{20,}={0,2}");
  private static final Pattern ALPHABET = Pattern.compile("abcdefgh|ABCDEFGH|01234567");
  private static final Pattern IDENTIFIER =
      Pattern.compile("[A-Z][A-Z_]+|[a-z]+(?:[._][a-z]+)+|[A-Z][a-z]+(?:-[A-Z][a-z]+)+");

  private static final Pattern UPPER_NAME = Pattern.compile("[A-Z][A-Z0-9_]*");
  private static final Pattern EXPRESSION =
      Pattern.compile("[A-Za-z_*!-][A-Za-z0-9_]*(?:[.:>-]+[A-Za-z_][A-Za-z0-9_]*)*[.:]?");

  private Assignments() {}

  /** Whether {@code value} as the whole value of a field called {@code name} is a secret. */
  static boolean isSecret(String name, String value) {
    return isSecretName(snake(name))
        && !Placeholders.isPlaceholder(value)
        && !Placeholders.isAddressOrPath(value)
        && looksSecret(snake(name), value, true);
  }

  /** Whether a field called {@code name} holds a secret, whatever its value. */
  static boolean namesASecret(String name) {
    return isSecretName(snake(name));
  }

  static List<Secret> find(String text) {
    var found = new ArrayList<Secret>();
    Matcher quoted = QUOTED.matcher(text);
    int from = 0;
    while (from <= text.length() && quoted.find(from)) {
      int group = quoted.group(3) != null ? 3 : quoted.group(4) != null ? 4 : 5;
      judge(
          quoted.group(1),
          quoted.group(2),
          quoted.group(group),
          quoted.start(group),
          quoted.end(group),
          found);
      // The literal may itself be the name of the next pair: {"password": "x"}.
      from = quoted.end(1) + 1;
    }
    Matcher bare = BARE.matcher(text);
    from = 0;
    while (from <= text.length() && bare.find(from)) {
      judgeBare(bare, found);
      // As above: "failed: password=x".
      from = bare.end(1) + 1;
    }
    return found;
  }

  private static void judge(
      String name, String given, String value, int start, int end, List<Secret> found) {
    if (value.isEmpty()
        || Placeholders.isPlaceholder(value)
        || Placeholders.isAddressOrPath(value)) {
      return;
    }
    String plainName = snake(name);
    boolean assigned =
        given.equals("=") || given.equals(":") || given.equals(":=") || given.equals("=>");
    if (isSecretName(plainName) && looksSecret(plainName, value, assigned)) {
      found.add(Secret.whole("hardcoded-secret", "secret assigned to a name", start, end));
    } else if (assigned && looksRandom(plainName, value)) {
      found.add(
          Secret.whole(
              "high-entropy-string", "random-looking string assigned to a name", start, end));
    }
  }

  // Without quotes a value is a secret in .env files and logs, but an expression in code: it must
  // look like no code.
  private static void judgeBare(Matcher bare, List<Secret> found) {
    String name = bare.group(1);
    String value = bare.group(3);
    boolean setting = bare.group(2).equals("=") && UPPER_NAME.matcher(name).matches();
    if ((!setting && isExpression(value, bare.group(4)))
        || !isSecretName(snake(name))
        || Placeholders.isPlaceholder(value)
        || Placeholders.isAddressOrPath(value)) {
      return;
    }
    boolean mixed =
        value.chars().anyMatch(c -> !Character.isLetter(c))
            && value.chars().anyMatch(Character::isLetter);
    if (mixed) {
      found.add(
          Secret.whole(
              "hardcoded-secret", "secret assigned to a name", bare.start(3), bare.end(3)));
    }
  }

  private static boolean isExpression(String value, String next) {
    return !next.isEmpty()
        || (EXPRESSION.matcher(value).matches()
            && value.chars().filter(Character::isDigit).count() <= 2);
  }

  private static boolean isSecretName(String plainName) {
    return SECRET_NAME.matcher(plainName).find() && !ABOUT_A_SECRET.matcher(plainName).find();
  }

  private static boolean looksSecret(String plainName, String value, boolean assigned) {
    if (isSameWords(plainName, value) || IDENTIFIER.matcher(value).matches()) {
      return false;
    }
    if (PASSWORD_NAME.matcher(plainName).find()) {
      return value.length() >= SHORTEST_PASSWORD
          && value.chars().noneMatch(Character::isWhitespace);
    }
    if (value.length() < SHORTEST_TOKEN || value.chars().anyMatch(Character::isWhitespace)) {
      return false;
    }
    return value.chars().anyMatch(Character::isDigit) || (assigned && value.length() >= 12);
  }

  private static boolean looksRandom(String plainName, String value) {
    if (FINGERPRINT_NAME.matcher(plainName).find() || ALPHABET.matcher(value).find()) {
      return false;
    }
    if (HEX.matcher(value).matches()) {
      return plainName.contains("key") && Entropy.bitsPerCharacter(value) >= HEX_BITS;
    }
    return BASE64.matcher(value).matches()
        && value.chars().filter(Character::isDigit).count() >= 2
        && value.chars().anyMatch(Character::isUpperCase)
        && value.chars().anyMatch(Character::isLowerCase)
        && Entropy.bitsPerCharacter(value) >= BASE64_BITS;
  }

  private static boolean isSameWords(String plainName, String value) {
    String letters = letters(value);
    return letters.isEmpty()
        ? value.chars().noneMatch(Character::isDigit)
        : letters.length()
                == value.chars().filter(c -> c != '_' && c != '-' && c != ' ' && c != '.').count()
            && letters(plainName).contains(letters);
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  // dbPassword, DB-PASSWORD and db.password are all db_password.
  private static String snake(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replace('-', '_')
        .replace('.', '_')
        .toLowerCase(Locale.ROOT);
  }
}
