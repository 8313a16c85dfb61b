package io.weir.localstack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start a child process.
 *
 * @param name what people call it, used in messages
 * @param command the program and its arguments; never passed through a shell
 * @param environment the whole environment of the child; nothing is inherited besides
 * @param directory its working directory, created if missing
 * @param logFile gets its standard output and error, appended
 */
public record Launch(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path directory,
    Path logFile) {

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
