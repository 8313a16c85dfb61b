package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Passwords in commands that have no name for them: curl, mysql, sshpass, SQL's own. */
final class Commands {
  private static final int LONGEST = 300;
  private static final int NEAREST = 60;

  /**
   * @param word that begins the command, in small letters
   * @param pattern of what follows on the line, group 1 is the secret
   */
  private record Command(String word, Pattern pattern) {}

  private static final List<Command> COMMANDS =
      List.of(
          command(
              "curl ",
              "[^\\n"
                  + "|;]{0,200}?[ \\t](?:-u|--user|--proxy-user)["
                  + " =]?[\"']?[^\\s:\"'$<]{1,64}:([^\\s\"'$<{]{3,80})"),
          command("wget ", "[^\\n|;]{0,200}?--(?:http-)?password[ =][\"']?([^\\s\"'$<]{3,80})"),
          command(
              "mysql", "(?:dump|admin)?[ \\t][^\\n|;]{0,120}?-p([^\\s\"'$<-][^\\s\"'$<]{2,60})"),
          command("sshpass ", "[^\\n|;]{0,20}?-p[ \\t]?[\"']?([^\\s\"'$<]{3,80})"),
          command("redis-cli ", "[^\\n|;]{0,120}?-a[ \\t][\"']?([^\\s\"'$<]{3,80})"),
          command("docker login", "[^\\n|;]{0,120}?-p[ \\t][\"']?([^\\s\"'$<]{3,80})"),
          command("identified by", "[ \\t](?:password[ \\t])?[\"']([^\\s\"'$<]{3,80})[\"']"),
          command("with password", "[ \\t][\"']([^\\s\"'$<]{3,80})[\"']"),
          command("encrypted password", "[ \\t][\"']([^\\s\"'$<]{3,80})[\"']"),
          command(
              "login",
              "[ \\t]{1,8}[^\\s\"'=:]{1,64}[ \\t]{1,8}password[ \\t]{1,8}([^\\s\"'$<]{3,80})"));

  private Commands() {}

  static void find(String text, List<FoundSecret> found) {
    int[] next = new int[COMMANDS.size()];
    for (int i = 0; i < text.length(); i++) {
      char c = (char) (text.charAt(i) | 0x20);
      if ("cwmsrdiel".indexOf(c) < 0) {
        continue;
      }
      for (int k = 0; k < next.length; k++) {
        Command command = COMMANDS.get(k);
        if (c == command.word.charAt(0)
            && i >= next[k]
            && text.regionMatches(true, i, command.word, 0, command.word.length())) {
          find(text, i + command.word.length(), command, found);
          // A line with the same command twice in so few characters is none that works.
          next[k] = i + NEAREST;
        }
      }
    }
  }

  private static void find(String text, int from, Command command, List<FoundSecret> found) {
    Matcher matcher = command.pattern.matcher(text);
    matcher.region(
        from - (command.word.endsWith(" ") ? 1 : 0), Math.min(text.length(), from + LONGEST));
    if (!matcher.lookingAt()) {
      return;
    }
    String value = matcher.group(1);
    if (!Placeholders.isPlaceholder(value) && !Names.isConcept(value)) {
      found.add(
          FoundSecret.whole(
              "command-password",
              "password in a command",
              Certainty.FORMAT,
              matcher.start(1),
              matcher.end(1)));
    }
  }

  private static Command command(String word, String pattern) {
    return new Command(word, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE));
  }
}
