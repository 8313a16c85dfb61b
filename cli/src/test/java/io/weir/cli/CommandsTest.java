package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.HostEnvironment;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {

  private final StringWriter errors = new StringWriter();
  private final StringWriter output = new StringWriter();

  private int run(Map<String, String> environment, String... arguments) {
    return commands(environment).execute(arguments);
  }

  private CommandLine commands(Map<String, String> environment) {
    return Weir.commandLine(new HostEnvironment(environment))
        .setErr(new PrintWriter(errors, true))
        .setOut(new PrintWriter(output, true));
  }

  @Test
  void anUnknownOptionIsRefusedByNameWithExitCodeTwo() {
    assertEquals(2, run(Map.of(), "up", "--prots", "free"));
    assertTrue(errors.toString().contains("--prots"), errors.toString());
  }

  @Test
  void anUnknownCommandIsRefusedByNameWithExitCodeTwo() {
    assertEquals(2, run(Map.of(), "dmeo"));
    assertTrue(errors.toString().contains("dmeo"), errors.toString());
  }

  @Test
  void portsAreReadInAnyCaseAndOthersAreRefusedWithTheChoices() {
    assertEquals(2, run(Map.of(), "up", "--ports", "some"));
    assertTrue(errors.toString().contains("default, free"), errors.toString());
  }

  @Test
  void everyCommandHasHelp() {
    for (var command : commands(Map.of()).getSubcommands().entrySet()) {
      assertEquals(0, run(Map.of(), command.getKey(), "--help"));
      for (String sub : command.getValue().getSubcommands().keySet()) {
        assertEquals(0, run(Map.of(), command.getKey(), sub, "--help"));
      }
    }
    assertTrue(output.toString().contains("weir dlq replay --resume"), output.toString());
    assertTrue(output.toString().contains("Usage: weir up"), output.toString());
    assertTrue(output.toString().contains("jobs:write         enqueue, cancel"), output.toString());
  }

  @Test
  void statusOfNothingSaysHowToStartItAndFails(@TempDir Path home) {
    assertEquals(1, run(Map.of("WEIR_HOME", home.toString()), "status"));
  }

  @Test
  void theLintersThatTheScriptFoundAreHandedOn(@TempDir Path home) {
    var host = new HostEnvironment(Map.of("PYLINT", "/opt/pylint", "WEIR_ROOT", home.toString()));
    StackConfig config = Checkout.of(host).stack(home.resolve("x"), Ports.DEFAULT);
    assertEquals("/opt/pylint", config.environment().get("PYLINT"));
    assertEquals(home.resolve("x"), config.home());
    assertEquals(3000, config.ports().of(StackService.LLM_GATEWAY));
  }
}
