package io.weir.review.pipeline;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Private keys in armour. The marker lines stay, the body is masked run by run, so that quotes,
 * line breaks and the {@code \n} escapes of a key inside a string literal survive and the file
 * still parses.
 */
final class PrivateKeys {
  private static final Pattern BEGIN =
      Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----");
  private static final Pattern BODY_RUN = Pattern.compile("\\\\[nrt]|[A-Za-z0-9+/=]{2,}");
  // A key without its end (cut off by a limit) is masked this far: the longest RSA keys are about
  // 13,000.
  private static final int LONGEST_BODY = 20_000;
  private static final int SHORTEST_KEY = 16;

  private PrivateKeys() {}

  static List<Secret> find(String text) {
    var found = new ArrayList<Secret>();
    Matcher begin = BEGIN.matcher(text);
    int from = 0;
    while (begin.find(from)) {
      int bodyEnd = text.indexOf("-----END", begin.end());
      if (bodyEnd < 0 || bodyEnd - begin.end() > LONGEST_BODY) {
        bodyEnd = Math.min(text.length(), begin.end() + LONGEST_BODY);
      }
      List<Secret.Stretch> runs = runs(text, begin.end(), bodyEnd);
      if (runs.stream().mapToInt(run -> run.end() - run.start()).sum() >= SHORTEST_KEY) {
        found.add(
            new Secret("private-key", "private key", begin.start(), runs.getLast().end(), runs));
      }
      from = bodyEnd;
    }
    return found;
  }

  private static List<Secret.Stretch> runs(String text, int start, int end) {
    var runs = new ArrayList<Secret.Stretch>();
    Matcher run = BODY_RUN.matcher(text.substring(start, end));
    while (run.find()) {
      if (text.charAt(start + run.start()) != '\\') {
        runs.add(new Secret.Stretch(start + run.start(), start + run.end()));
      }
    }
    return runs;
  }
}
