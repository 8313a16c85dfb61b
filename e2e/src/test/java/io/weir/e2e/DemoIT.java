package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.JavaApp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The command that a newcomer runs first, as they run it. */
final class DemoIT {
  @Test
  void theDemoPushesRealInputThroughEveryServiceAndChecksWhatComesOut() throws Exception {
    List<String> command =
        new ArrayList<>(JavaApp.find(Checkout.root(), "cli").command(256, List.of("demo")));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(Checkout.root().toFile());
    builder.environment().put("WEIR_ROOT", Checkout.root().toString());
    Process demo = builder.start();
    String printed;
    try {
      printed =
          new String(demo.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertTrue(demo.waitFor(5, TimeUnit.MINUTES));
    } finally {
      demo.destroyForcibly();
    }
    assertEquals(0, demo.exitValue(), printed);
    assertEquals(
        "demo: review ok, entities ok, search ok, enrich ok, chat ok",
        printed.lines().toList().getLast(),
        printed);
  }
}
