package io.weir.messaging.secret;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges the value that is given to a name: a secret, or only words, code and references. */
final class Values {
  private static final int SHORTEST_PASSWORD = 4;
  private static final int SHORTEST_TOKEN = 8;
  private static final int LONGEST = 4_000;
  private static final double HEX_BITS = 3.0;
  private static final double BASE64_BITS = 4.5;
  private static final double RANDOM_CHANGES = 0.36;

  private static final Pattern HEX = Pattern.compile("(?:0x)?[0-9a-fA-F]{32,}+");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{20,}+={0,2}");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
  private static final Pattern ALPHABET =
      Pattern.compile("abcdefgh|ABCDEFGH|01234567|qwertyui", Pattern.CASE_INSENSITIVE);
  private static final Pattern CONSTANT = Pattern.compile("[A-Z]+(?:_[A-Z0-9]+)+");
  private static final Pattern HEADER = Pattern.compile("[A-Z][a-z]+(?:-[A-Z][a-z]+)+");
  private static final Pattern DOTTED = Pattern.compile("[A-Za-z_]+(?:\\.[A-Za-z_]+)+");
  private static final Pattern CALL = Pattern.compile("[A-Za-z_$][A-Za-z0-9_.$]*\\(.*");
  private static final Pattern RULES =
      Pattern.compile("(?:required|nullable|string|min:|max:).*\\|.*|(?:min|max|regex|same):.*");
  private static final Pattern ALGORITHM =
      Pattern.compile(
          "(?i)(?:aes|hs|rs|es|ps|sha|md|hmac|rsa|ecdsa|ed|pbkdf|utf|base)[-_]?[0-9].{0,12}|.{0,12}(?:sha|aes)[-_]?[0-9]{3}");
  private static final Pattern PUBLIC =
      Pattern.compile(
          "(?:ssh-|ecdsa-|sk-ssh|AAAAB3Nza|AAAAC3Nza|AAAAE2V|sha(?:1|256|384|512)[-:]|pk_(?:live|test)_|data:).*");
  private static final Pattern VERSION =
      Pattern.compile("v?[0-9]{1,4}(?:[.:/-][0-9]{1,4})+.{0,12}");
  private static final Set<String> WORDS =
      Words.of(
          """
          string str text password bytes byte char chars number integer boolean bool object any void unknown never optional
          required true false null none nil undefined yes off read write readonly allow deny ask default auto manual
          username email hidden masked input textfield disabled enabled basic bearer digest oauth header cookie query body
          plaintext plain encrypted hashed invalid incorrect wrong mismatch short weak strong expired changed error failed
          success warning info validators validator passwort kennwort wachtwoord contraseña senha clave parola haslo hasło
          lösenord salasana password123field self this super return function lambda const final static public private
          protected varchar nvarchar longtext blob binary keyword float double long short uint8 uint16 uint32 uint64 int32
          int64 date datetime timestamp file files folder path value values name label title prompt stdin getpass
          """);

  private static final Set<String> DUMMIES =
      Words.of("test testing mock fake dummy sample example fixture stub");
  private static final Set<String> SECRET_THINGS =
      Words.of("password passwd secret token key credentials");

  private Values() {}

  /** Whether {@code value}, written as a literal and given to a name of this kind, is a secret. */
  static boolean isSecret(Names.Kind kind, String name, String value) {
    if (isTooPlain(kind, value) || isNoValue(value) || isCalledSo(value)) {
      return false;
    }
    return switch (kind) {
      case NONE -> false;
      case PASSWORD -> isPassword(name, value);
      case SECRET -> isToken(name, value);
      case WEAK -> looksRandom(value) && !UUID.matcher(value).matches();
    };
  }

  /**
   * {@code registry-password}, {@code test-only-unused}: a name for a secret, or a dummy that says
   * so.
   */
  private static boolean isCalledSo(String value) {
    List<String> words = Names.words(value);
    return words.size() > 1
        && digits(value) <= 2
        && Entropy.changes(value) < RANDOM_CHANGES
        && value.chars().anyMatch(c -> c == '-' || c == '_')
        && (DUMMIES.contains(words.getFirst()) || SECRET_THINGS.contains(words.getLast()));
  }

  /** A look that costs next to nothing, for the many values of ordinary code. */
  private static boolean isTooPlain(Names.Kind kind, String value) {
    int length = value.length();
    return switch (kind) {
      case NONE -> true;
      case PASSWORD -> length < SHORTEST_PASSWORD || length > LONGEST;
      case SECRET ->
          length < 6
              || length > LONGEST
              || (length < 12 && digits(value) == 0 && !hasSymbol(value));
      case WEAK -> length < 16 || length > LONGEST || digits(value) < 2;
    };
  }

  /** Whether {@code value} can't be a secret whatever the name. */
  private static boolean isNoValue(String value) {
    return value.length() < SHORTEST_PASSWORD
        || value.length() > LONGEST
        || value
            .chars()
            .anyMatch(
                c ->
                    c <= ' ' || c == '\u00a0' || (c == Redaction.MASK && value.indexOf("***") >= 0))
        || value.chars().anyMatch(c -> c > 0x2fff)
        || ("+,;)&?".indexOf(value.charAt(0)) >= 0 && value.length() < 20)
        || Placeholders.isPlaceholder(value)
        || Placeholders.isAddressOrPath(value)
        || CONSTANT.matcher(value).matches()
        || HEADER.matcher(value).matches()
        || DOTTED.matcher(value).matches()
        || CALL.matcher(value).matches()
        || RULES.matcher(value).matches()
        || PUBLIC.matcher(value).matches()
        || WORDS.contains(value.toLowerCase(java.util.Locale.ROOT))
        || isSelector(value);
  }

  private static boolean isSelector(String value) {
    return ("#.".indexOf(value.charAt(0)) >= 0
            && value.chars().skip(1).allMatch(c -> Character.isLetter(c) || c == '-' || c == '_'))
        || value.contains("[type=")
        || value.contains("[name=")
        || value.contains("=>")
        || value.contains("</");
  }

  private static boolean isPassword(String name, String value) {
    int digits = digits(value);
    if (digits == 0 && !hasSymbol(value)) {
      return isWordPassword(name, value);
    }
    return !isNamed(name, value, digits);
  }

  /** Letters, and what joins words. */
  private static boolean isWordPassword(String name, String value) {
    if (value.chars().anyMatch(c -> c > 127) || Names.isConcept(value)) {
      return false;
    }
    List<String> words = Names.words(value);
    if (Names.words(name).containsAll(words)) {
      return false;
    }
    if (words.size() == 1) {
      // One word with a capital is a label: "Passord", "Fällt".
      return !Character.isUpperCase(value.charAt(0))
          || value.equals(value.toUpperCase(java.util.Locale.ROOT));
    }
    return words.size() < 4;
  }

  private static boolean isToken(String name, String value) {
    int digits = digits(value);
    boolean secret = Names.words(name).contains("secret");
    if (value.length() < SHORTEST_TOKEN) {
      return secret && value.length() >= 6 && digits > 0 && !isNamed(name, value, digits);
    }
    if (ALGORITHM.matcher(value).matches() || VERSION.matcher(value).matches()) {
      return false;
    }
    if (digits == value.length()) {
      return value.length() >= 16;
    }
    if (digits > 0 || hasSymbol(value)) {
      return !isNamed(name, value, digits) && !isWordsWithNumber(value);
    }
    if (Names.isConcept(value) || value.chars().anyMatch(c -> c > 127)) {
      return false;
    }
    boolean joined = value.chars().anyMatch(c -> !Character.isLetter(c));
    return !joined && value.length() >= 12 && !Names.words(name).containsAll(Names.words(value));
  }

  /** {@code token1}, {@code my-password-2}: words about secrets with a number. */
  private static boolean isNamed(String name, String value, int digits) {
    return digits <= 2
        && value
            .chars()
            .allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.')
        && (Names.isConcept(value) || Names.words(name).containsAll(Names.words(value)));
  }

  /** {@code token-123}, {@code user_7/v1}: words, a separator, a small number. */
  private static boolean isWordsWithNumber(String value) {
    List<String> words = Names.words(value);
    long numbers = words.stream().filter(word -> Character.isDigit(word.charAt(0))).count();
    return numbers == 1
        && digits(value) <= 4
        && Entropy.changes(value) < RANDOM_CHANGES
        && words.stream()
            .filter(word -> !Character.isDigit(word.charAt(0)))
            .allMatch(Names::isConcept);
  }

  /** Whether {@code value} looks as if dice had made it; names, words and paths do not. */
  static boolean looksRandom(String value) {
    if (ALPHABET.matcher(value).find() || UUID.matcher(value).matches()) {
      return false;
    }
    if (HEX.matcher(value).matches()) {
      return Entropy.bitsPerCharacter(value) >= HEX_BITS;
    }
    return value.length() >= 16
        && digits(value) >= 2
        && Entropy.bitsPerCharacter(value) >= 3.2
        && Entropy.changes(value) >= RANDOM_CHANGES
        && value.chars().noneMatch(c -> c <= ' ' || c > 127);
  }

  /** Whether {@code value}, given to any name, must be a secret: long, and random throughout. */
  static boolean isRandomLiteral(String value) {
    return BASE64.matcher(value).matches()
        && !PUBLIC.matcher(value).matches()
        && !value.startsWith("MII") // a certificate, or a key that has a name for it
        && !ALPHABET.matcher(value).find()
        && !HEX.matcher(value).matches()
        && !UUID.matcher(value).matches()
        && digits(value) >= 2
        && value.chars().anyMatch(Character::isUpperCase)
        && value.chars().anyMatch(Character::isLowerCase)
        && Entropy.changes(value) >= RANDOM_CHANGES
        && Entropy.bitsPerCharacter(value) >= BASE64_BITS
        && !Placeholders.isPlaceholder(value)
        && !Placeholders.isAddressOrPath(value);
  }

  static int digits(String value) {
    int digits = 0;
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) >= '0' && value.charAt(i) <= '9') {
        digits++;
      }
    }
    return digits;
  }

  private static boolean hasSymbol(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!Character.isLetterOrDigit(c) && "_-./:=".indexOf(c) < 0) {
        return true;
      }
    }
    return false;
  }
}
