package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class DependencyGateTest {
  @Test
  void theGateOpensOnlyWhenEveryProbeSucceeds() throws InterruptedException {
    var back = new AtomicBoolean();
    var gate =
        new DependencyGate(
            Map.of(
                "mongodb",
                () -> {
                  if (!back.get()) {
                    throw new IOException("refused");
                  }
                }));
    assertTrue(gate.close("mongodb", "refused"), "news");
    assertFalse(gate.close("mongodb", "refused"), "no news");
    assertFalse(gate.probe());
    assertEquals(Optional.of("mongodb: refused"), gate.closedBecause());
    back.set(true);
    assertTrue(gate.probe());
    assertEquals(Optional.empty(), gate.closedBecause());
  }
}
