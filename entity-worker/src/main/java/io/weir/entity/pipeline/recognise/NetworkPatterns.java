package io.weir.entity.pipeline.recognise;

import static io.weir.entity.pipeline.recognise.PatternRecogniser.row;

import java.util.List;

/** Rows for addresses: URLs, e-mail, telephone numbers, IP addresses. */
final class NetworkPatterns {
  // Letters of spaced scripts: in Chinese text an address has no space around it.
  private static final String LETTER = "\\p{Latin}\\p{Greek}\\p{Cyrillic}";
  private static final String HOST = "[" + LETTER + "0-9._~%:@\\[\\]\\-]";
  private static final String NOT_IN_PATH =
      "\\s<>\"`{}|\\\\^\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}\\x{3000}-\\x{303F}\\x{FF00}-\\x{FFEF}“”„«»";
  private static final String TAIL = "(?:[/?#][^" + NOT_IN_PATH + "]*)?";
  private static final String LABEL = "[" + LETTER + "0-9](?:[" + LETTER + "0-9\\-]*)";

  private NetworkPatterns() {}

  static List<Recogniser> rows() {
    return List.of(
        row(
                "url",
                EntityType.URL,
                0.99,
                "://",
                "(?i)\\b(?:https?|wss?|ftps?|sftp|file|git|ssh|nats|tls|s3|gs|redis|amqps?|jdbc:[a-z0-9]+"
                    + "|mongodb(?:\\+srv)?|postgres(?:ql)?|mysql)://"
                    + HOST
                    + "*"
                    + TAIL)
            .narrowedBy(NetworkPatterns::withoutTrailingPunctuation)
            .onlyIf(found -> !found.surface().endsWith("//")),
        row("url", EntityType.URL, 0.9, "www.", "\\bwww\\.(?:" + LABEL + "\\.)+[a-z]{2,}" + TAIL)
            .narrowedBy(NetworkPatterns::withoutTrailingPunctuation)
            .onlyIf(found -> found.before() != '/' && found.before() != '.'),
        row(
                "email",
                EntityType.EMAIL,
                0.98,
                "@",
                "["
                    + LETTER
                    + "0-9]["
                    + LETTER
                    + "0-9._%+\\-]*@(?:"
                    + LABEL
                    + "\\.)+["
                    + LETTER
                    + "]{2,24}")
            .onlyIf(NetworkPatterns::isMailbox),
        row(
                "phone",
                EntityType.PHONE,
                0.85,
                "+",
                "\\+[1-9][0-9]{0,2}[ .\\-/]?(?:\\([0-9]{1,4}\\)[ .\\-]?)?[0-9](?:[ .\\-/]?[0-9]){5,13}")
            .onlyIf(found -> found.before() != '+' && digits(found) >= 8 && digits(found) <= 15),
        row(
                "phone",
                EntityType.PHONE,
                0.8,
                "-",
                "(?:\\([2-9][0-9]{2}\\) ?|[2-9][0-9]{2}[-.])[0-9]{3}-[0-9]{4}")
            .onlyIf(found -> found.before() != '-' && found.after(0) != '-'),
        row("ip_address", EntityType.IP_ADDRESS, 0.95, ".", "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}")
            .onlyIf(NetworkPatterns::isAddress));
  }

  // "(see https://example.org/a_(b))." ends before the last bracket and the stop.
  private static Found withoutTrailingPunctuation(Found found) {
    int round = unopened(found, '(', ')');
    int square = unopened(found, '[', ']');
    int end = found.end();
    while (end > found.start()) {
      char last = found.text().charAt(end - 1);
      if (last == ')' && round > 0) {
        round--;
      } else if (last == ']' && square > 0) {
        square--;
      } else if (".,;:!?'*_’".indexOf(last) < 0) {
        break;
      }
      end--;
    }
    return found.until(end);
  }

  private static int unopened(Found found, char open, char close) {
    int count = 0;
    for (int i = found.start(); i < found.end(); i++) {
      char c = found.text().charAt(i);
      count += c == close ? 1 : c == open ? -1 : 0;
    }
    return count;
  }

  // Not the "git@host:path" of a repository, not what follows the user of a URL.
  private static boolean isMailbox(Found found) {
    boolean path =
        found.after(0) == ':' && !Character.isWhitespace(found.after(1)) && found.after(1) != 0;
    char before = found.before();
    return !path && before != '@' && before != '/' && before != ':' && found.after(0) != '@';
  }

  private static boolean isAddress(Found found) {
    if (found.before() == '.' || (found.after(0) == '.' && Character.isDigit(found.after(1)))) {
      return false;
    }
    int number = 0;
    for (char c : found.surface().toCharArray()) {
      number = c == '.' ? 0 : number * 10 + (c - '0');
      if (number > 255) {
        return false;
      }
    }
    return true;
  }

  private static long digits(Found found) {
    return found.surface().chars().filter(Character::isDigit).count();
  }
}
