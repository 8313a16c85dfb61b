package io.weir.cli;

import io.weir.cli.screen.Terminal;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.StackConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the platform was built and where it keeps its data.
 *
 * @param root of the checkout: {@code WEIR_ROOT}, which the script sets, else the working directory
 * @param home {@code WEIR_HOME}, else {@code .weir} in the root
 */
record Checkout(Path root, Path home, HostEnvironment host) {

  /** Settings of the review worker that the script finds out. */
  private static final List<String> LINTERS = List.of("PYLINT", "NODE", "ESLINT_HOME");

  private static final int DEFAULT_WIDTH = 118;

  static Checkout of(HostEnvironment host) {
    Path root = Path.of(host.get("WEIR_ROOT").orElse("")).toAbsolutePath().normalize();
    Path home = host.get("WEIR_HOME").map(Path::of).orElse(root.resolve(".weir"));
    return new Checkout(root, home.toAbsolutePath().normalize(), host);
  }

  /** Columns of the terminal, which the script found out; 0 when there is no terminal. */
  int terminalWidth() {
    if (!Terminal.isThere()) {
      return 0;
    }
    return host.get("COLUMNS")
        .filter(columns -> columns.matches("[1-9][0-9]{1,3}"))
        .map(Integer::valueOf)
        .orElse(DEFAULT_WIDTH);
  }

  /** The whole platform with its data in this folder. */
  StackConfig stack(Path folder, Ports ports) {
    Map<String, String> variables = new LinkedHashMap<>(host.variables());
    variables.put("WEIR_HOME", folder.toString());
    variables.put("WEIR_PORTS", ports == Ports.FREE ? "free" : "default");
    StackConfig config = StackConfig.of(root, new HostEnvironment(variables));
    for (String name : LINTERS) {
      config = host.get(name).isPresent() ? config.with(name, host.get(name).get()) : config;
    }
    return config;
  }
}
