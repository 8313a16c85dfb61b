package io.weir.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A nats-server program on this machine and its version. */
public record NatsBinary(Path path, int major, int minor, int patch) {

  private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final String NAME = "nats-server";

  /**
   * Finds the program for the environment of this process and the Weir home that it names (else
   * {@code .weir}).
   */
  public static NatsBinary find() throws InterruptedException {
    HostEnvironment host = HostEnvironment.current();
    return find(host, Path.of(host.get("WEIR_HOME").orElse(".weir")));
  }

  /**
   * Looks at {@code WEIR_NATS_SERVER}, the PATH, {@code /usr/sbin} and {@code /usr/local/sbin}
   * (which are often not on a user's PATH), then {@code <home>/tools/nats-server}. Throws {@link
   * StackException} with what to install.
   */
  public static NatsBinary find(HostEnvironment host, Path home) throws InterruptedException {
    Optional<String> named = host.get("WEIR_NATS_SERVER");
    if (named.isPresent()) {
      Path path = Path.of(named.get());
      if (!isProgram(path)) {
        throw new StackException(
            "WEIR_NATS_SERVER is %s, which is not an executable file. Set it to a nats-server program, or unset it."
                .formatted(path));
      }
      return of(path);
    }
    List<Path> candidates = new ArrayList<>();
    Arrays.stream(host.get("PATH").orElse("").split(":", -1))
        .filter(directory -> !directory.isBlank())
        .forEach(directory -> candidates.add(Path.of(directory, NAME)));
    candidates.add(Path.of("/usr/sbin", NAME));
    candidates.add(Path.of("/usr/local/sbin", NAME));
    candidates.add(home.resolve("tools").resolve(NAME));
    for (Path candidate : candidates) {
      if (isProgram(candidate)) {
        return of(candidate);
      }
    }
    throw new StackException(
        """
        No nats-server was found on the PATH, in /usr/sbin, in /usr/local/sbin or at %s.
        Install it (Debian, Ubuntu: apt-get install nats-server; macOS: brew install nats-server; any: \
        https://nats.io/download), or set WEIR_NATS_SERVER to the program, or NATS_URL to a running server."""
            .formatted(candidates.getLast()));
  }

  /** Asks the program for its version. */
  static NatsBinary of(Path path) throws InterruptedException {
    String answer;
    try {
      Process process =
          new ProcessBuilder(path.toString(), "--version").redirectErrorStream(true).start();
      answer =
          new String(
                  process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .strip();
      process.waitFor();
    } catch (IOException e) {
      throw new StackException("Could not run %s --version: %s".formatted(path, e.getMessage()), e);
    }
    Matcher version = VERSION.matcher(answer);
    if (!version.find()) {
      throw new StackException(
          "%s --version was expected to tell a version but said: %s".formatted(path, answer));
    }
    return new NatsBinary(
        path,
        Integer.parseInt(version.group(1)),
        Integer.parseInt(version.group(2)),
        Integer.parseInt(version.group(3)));
  }

  public boolean isAtLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
  }

  public String version() {
    return major + "." + minor + "." + patch;
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
