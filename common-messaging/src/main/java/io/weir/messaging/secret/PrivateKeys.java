package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import io.weir.messaging.secret.FoundSecret.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in armour: PEM, OpenSSH, PGP and PuTTY. The marker lines stay, the body is masked
 * run by run, so that quotes, line breaks and the {@code \n} escapes of a key inside a string
 * literal survive and the file still parses. Code that only names a marker is no key, nor is what
 * follows one.
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
  // Base64 of so many characters without one that no word has is as good as none.
  private static final int SURE = 40;
  // Characters of words, as of a short last line, that may stand between two runs of a key.
  private static final int MOST_OTHER = 24;

  private static final Pattern HEADER =
      Pattern.compile(
          "[\\s\"'+]*(?:\\\\[nr])*(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|MessageID) ?:[^\n\\\\]*");

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
      from = add(text, begin, bodyStart, "-----END", found);
    }
    from = 0;
    for (int begin = text.indexOf(PUTTY); begin >= 0; begin = text.indexOf(PUTTY, from)) {
      from = begin + PUTTY.length();
      int body = text.indexOf(PUTTY_BODY, from);
      if (body < 0) {
        break;
      }
      int bodyStart = body + PUTTY_BODY.length();
      from = add(text, begin, bodyStart, "Private-MAC", found);
    }
  }

  /** Where to look on: behind the key, if there is one. */
  private static int add(
      String text, int begin, int bodyStart, String endMarker, List<FoundSecret> found) {
    int limit = Math.min(text.length(), bodyStart + LONGEST_BODY);
    var body = new Body(text, behindHeaders(text, bodyStart, limit), limit, endMarker);
    List<Stretch> runs = body.ofKey();
    if (runs.stream().mapToInt(Stretch::length).sum() < SHORTEST_KEY) {
      return bodyStart;
    }
    int end = runs.getLast().end();
    found.add(new FoundSecret("private-key", "private key", Certainty.FORMAT, begin, end, runs));
    return end;
  }

  private static int behindHeaders(String text, int start, int end) {
    Matcher header = HEADER.matcher(text).region(start, end);
    int behind = start;
    while (header.lookingAt()) {
      behind = header.end();
      header.region(behind, end);
    }
    return behind;
  }

  /** What follows a marker: the runs of a key, up to where something begins that is none. */
  private static final class Body {
    private final String text;
    private final List<Stretch> runs = new ArrayList<>();
    private boolean words;
    private boolean ended;
    private int last = -1;
    private int other;

    Body(String text, int start, int limit, String endMarker) {
      this.text = text;
      int i = start;
      while (i < limit && !isOver()) {
        if (text.startsWith(endMarker, i)) {
          ended = true;
          break;
        }
        if (text.startsWith(BEGIN, i)) {
          break;
        }
        i =
            text.charAt(i) == '\\' && i + 1 < limit && "nrt".indexOf(text.charAt(i + 1)) >= 0
                ? i + 2
                : next(i, limit);
      }
    }

    private int next(int from, int limit) {
      int i = from;
      while (i < limit && isBody(text.charAt(i))) {
        i++;
      }
      if (i - from >= 2) {
        add(new Stretch(from, i));
      }
      return Math.max(i, from + 1);
    }

    private void add(Stretch run) {
      runs.add(run);
      words |= isWord(run);
      other = isKeyish(run) ? 0 : other + run.length();
      if (other == 0) {
        last = runs.size() - 1;
      }
    }

    private boolean isOver() {
      return words && other > MOST_OTHER;
    }

    List<Stretch> ofKey() {
      if (ended && !words) {
        return runs; // however short its lines are
      }
      if (last < 0) {
        return List.of();
      }
      if (other <= MOST_OTHER) {
        return runs;
      }
      boolean tail = last + 1 < runs.size() && endsItsLine(runs.get(last + 1));
      return runs.subList(0, tail ? last + 2 : last + 1);
    }

    private boolean isKeyish(Stretch run) {
      return run.length() >= SURE
          || (run.length() >= SHORTEST_KEY
              && text.substring(run.start(), run.end())
                  .chars()
                  .anyMatch(c -> c < 'A')); // digits, + / =
    }

    private boolean isWord(Stretch run) {
      return run.length() > 2
          && text.substring(run.start(), run.end()).chars().allMatch(c -> c >= 'a' && c <= 'z');
    }

    private boolean endsItsLine(Stretch run) {
      return run.end() == text.length() || "\r\n\"'`\\".indexOf(text.charAt(run.end())) >= 0;
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
}
