package io.weir.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts a command into a process group of its own. A Ctrl-C goes to the whole foreground group of a
 * terminal; without this the broker would die together with the services that still have work to
 * hand back. It also makes a child's whole tree reachable by one signal. The program keeps the
 * process id.
 */
final class OwnSession {

  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
  private static final Path PERL = Path.of("/usr/bin/perl");

  private OwnSession() {}

  static List<String> command(List<String> command) {
    return Stream.concat(prefix().stream(), command.stream()).toList();
  }

  private static List<String> prefix() {
    for (Path setsid : SETSID) {
      if (Files.isExecutable(setsid)) {
        return List.of(setsid.toString());
      }
    }
    List<String> perl = new ArrayList<>();
    if (Files.isExecutable(PERL)) {
      // macOS has no setsid program.
      perl.addAll(List.of(PERL.toString(), "-e", "setpgrp; exec @ARGV or die $!", "--"));
    }
    return perl;
  }
}
