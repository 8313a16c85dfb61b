package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import java.util.List;
import java.util.Locale;

/** Passwords in addresses ({@code scheme://user:password@host}) and in Authorization headers. */
final class Addresses {
  private static final int LONGEST = 512;
  private static final int SHORTEST_PASSWORD = 3;
  private static final int SHORTEST_TOKEN = 16;
  private static final List<String> SCHEMES =
      List.of("bearer", "basic", "token", "digest", "negotiate");
  private static final String END_OF_AUTHORITY = "/?#\"'`<>()[]{}|\\ \t\r\n,;";

  private Addresses() {}

  static void find(String text, List<FoundSecret> found) {
    for (int at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
      address(text, at + 3, found);
    }
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if ("bBtTdDnN".indexOf(c) < 0 || (i > 0 && Character.isLetterOrDigit(text.charAt(i - 1)))) {
        i++;
        continue;
      }
      int end = i + 1;
      for (String scheme : SCHEMES) {
        if (text.regionMatches(true, i, scheme, 0, scheme.length())) {
          end = Math.max(end, credentials(text, i, i + scheme.length(), scheme, found));
        }
      }
      i = end;
    }
  }

  /** The password may hold what an authority may not, unescaped: people write it so. */
  private static void address(String text, int start, List<FoundSecret> found) {
    int limit = Math.min(text.length(), start + LONGEST);
    int colon = -1;
    int at = -1;
    for (int i = start; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '@') {
        at = i;
        // A second @ belongs to the password only if no host ended before it.
      } else if (c == ':' && colon < 0 && at < 0) {
        colon = i;
      } else if (END_OF_AUTHORITY.indexOf(c) >= 0) {
        if (c == '<' || c == '{' || c == '$' || c == '(' || c == '[') {
          return; // a placeholder
        }
        break;
      }
    }
    if (at < 0) {
      return;
    }
    int from = colon < 0 ? start : colon + 1;
    String password = text.substring(from, at);
    if (colon < 0) {
      // A token in the place of the user: https://<token>@host.
      if (password.length() >= 20 && Values.looksRandom(password)) {
        add("url-password", "token in a URL", text, from, at, found);
      }
    } else if (password.length() >= SHORTEST_PASSWORD
        && !Placeholders.isPlaceholder(password)
        && !Names.isConcept(password)
        && !isAllCapitals(password)) {
      add("url-password", "password in a URL", text, from, at, found);
    }
  }

  private static int credentials(
      String text, int begin, int after, String scheme, List<FoundSecret> found) {
    int i = after;
    while (i < text.length()
        && (text.charAt(i) == ' ' || text.charAt(i) == '\t')
        && i - after < 8) {
      i++;
    }
    if (i == after) {
      return -1;
    }
    int end = i;
    while (end < text.length() && end - i < 4_096 && isToken(text.charAt(end))) {
      end++;
    }
    String token = text.substring(i, end);
    boolean word = scheme.equals("token") || scheme.equals("digest") || scheme.equals("negotiate");
    if (word && !isInHeader(text, begin)) {
      return -1;
    }
    if (token.length() >= SHORTEST_TOKEN
        && !Placeholders.isStandInKey(token)
        && KeyFormats.hasSubstance(token)
        && Values.looksRandom(token)) {
      add("bearer-token", "token in an Authorization header", text, i, end, found);
      return end;
    }
    return -1;
  }

  private static boolean isInHeader(String text, int at) {
    return text.substring(Math.max(0, at - 24), at)
        .toLowerCase(Locale.ROOT)
        .contains("authorization");
  }

  private static boolean isToken(char c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || "._~+/-=".indexOf(c) >= 0;
  }

  private static boolean isAllCapitals(String value) {
    return value.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || c == '_');
  }

  private static void add(
      String rule, String title, String text, int start, int end, List<FoundSecret> found) {
    for (int i = start; i < end; i++) {
      if (text.charAt(i) != Redaction.MASK) {
        found.add(FoundSecret.whole(rule, title, Certainty.FORMAT, start, end));
        return;
      }
    }
  }
}
