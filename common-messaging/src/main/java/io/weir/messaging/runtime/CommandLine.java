package io.weir.messaging.runtime;

import java.io.PrintStream;

/** The few arguments of a service: everything else is a setting. */
final class CommandLine {
  /** An argument that no service knows. */
  static final class UnknownArgument extends RuntimeException {
    UnknownArgument(String service, String argument) {
      super(
          "%s: unknown argument %s; it takes none, or one of --print-config, --version, --help"
              .formatted(service, argument));
    }
  }

  private CommandLine() {}

  /**
   * Whether the command line asked for something that has been printed, and the service is not to
   * run.
   */
  static boolean answered(String service, String[] args, SettingsReader settings) {
    PrintStream out = System.out;
    for (String arg : args) {
      switch (arg) {
        case "--print-config" -> {
          settings.check();
          settings
              .settings()
              .forEach(s -> out.printf("%-34s %-12s %s%n", s.name(), s.origin(), s.value()));
        }
        case "--version" -> out.println(service + " " + Version.current());
        case "--help", "-h" -> {
          out.println(
              service
                  + " is set up by environment variables, or by the YAML file that WEIR_CONFIG names:");
          out.println();
          settings
              .settings()
              .forEach(s -> out.printf("  %-34s %s [%s]%n", s.name(), s.description(), s.value()));
        }
        default -> throw new UnknownArgument(service, arg);
      }
    }
    return args.length > 0;
  }
}
