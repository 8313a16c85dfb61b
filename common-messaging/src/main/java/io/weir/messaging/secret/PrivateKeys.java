package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import io.weir.messaging.secret.FoundSecret.Stretch;
import java.util.ArrayList;
import java.util.List;

/**
 * Private keys in armour: PEM, OpenSSH, PGP and PuTTY. The marker lines stay, the body is masked
 * run by run, so that quotes, line breaks and the {@code \n} escapes of a key inside a string
 * literal survive and the file still parses.
 */
final class PrivateKeys {
  private static final String BEGIN = "-----BEGIN ";
  private static final String PUTTY = "PuTTY-User-Key-File-";
  private static final String PUTTY_BODY = "Private-Lines:";
  private static final int LONGEST_MARKER = 60;
  // A key without its end (cut off by a limit) is masked this far: the longest RSA keys are about
  // 13,000.
  private static final int LONGEST_BODY = 20_000;
  private static final int SHORTEST_KEY = 16;

  private PrivateKeys() {}

  static void find(String text, List<FoundSecret> found) {
    int from = 0;
    for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, from)) {
      from = begin + BEGIN.length();
      int markerEnd = text.indexOf("-----", from);
      if (markerEnd < 0) {
        break;
      }
      String label = text.substring(from, Math.min(markerEnd, from + LONGEST_MARKER));
      if (!label.contains("PRIVATE KEY") && !label.contains("SECRET KEY")) {
        continue;
      }
      int bodyStart = markerEnd + 5;
      from = bodyEnd(text, bodyStart, "-----END");
      add(text, begin, bodyStart, from, found);
    }
    from = 0;
    for (int begin = text.indexOf(PUTTY); begin >= 0; begin = text.indexOf(PUTTY, from)) {
      from = begin + PUTTY.length();
      int body = text.indexOf(PUTTY_BODY, from);
      if (body < 0) {
        break;
      }
      from = bodyEnd(text, body + PUTTY_BODY.length(), "Private-MAC");
      add(text, begin, body + PUTTY_BODY.length(), from, found);
    }
  }

  private static int bodyEnd(String text, int start, String marker) {
    int limit = Math.min(text.length(), start + LONGEST_BODY);
    int end = text.substring(start, limit).indexOf(marker);
    return end < 0 ? limit : start + end;
  }

  private static void add(
      String text, int begin, int bodyStart, int bodyEnd, List<FoundSecret> found) {
    List<Stretch> runs = runs(text, bodyStart, bodyEnd);
    if (runs.stream().mapToInt(run -> run.end() - run.start()).sum() >= SHORTEST_KEY) {
      found.add(
          new FoundSecret(
              "private-key", "private key", Certainty.FORMAT, begin, runs.getLast().end(), runs));
    }
  }

  private static List<Stretch> runs(String text, int start, int end) {
    var runs = new ArrayList<Stretch>();
    int i = start;
    while (i < end) {
      if (text.charAt(i) == '\\' && i + 1 < end && "nrt".indexOf(text.charAt(i + 1)) >= 0) {
        i += 2;
        continue;
      }
      int from = i;
      while (i < end && isBody(text.charAt(i))) {
        i++;
      }
      if (i - from >= 2) {
        runs.add(new Stretch(from, i));
      }
      i = Math.max(i, from + 1);
    }
    return runs;
  }

  private static boolean isBody(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '=';
  }
}
