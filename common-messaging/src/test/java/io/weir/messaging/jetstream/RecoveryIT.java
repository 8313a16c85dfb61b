package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.messaging.jetstream.RecoveryCourse.Recovery;
import io.weir.messaging.jetstream.RecoveryMain.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How soon a service with default settings goes on when what went wrong is over. The longer outages
 * are {@link RecoveryMain}'s.
 */
@Isolated("it measures how long a recovery takes")
final class RecoveryIT {
  private static final Duration BAR = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final int AT_ONCE = 8;

  @TempDir Path folder;

  @Test
  void whateverWentWrongConsumingAndPublishingGoOnWithinASecond() throws Exception {
    List<Future<Recovery>> runs = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Fault fault : RecoveryMain.FAULTS) {
        for (int seconds : fault.seconds()) {
          if (seconds <= LONGEST.toSeconds()) {
            Path own = folder.resolve(String.valueOf(runs.size()));
            runs.add(executor.submit(() -> RecoveryMain.measure(own, fault, seconds)));
          }
        }
      }
    }
    List<String> late = new ArrayList<>();
    for (Future<Recovery> run : runs) {
      Recovery recovery = run.get();
      System.out.println(recovery);
      if (recovery.consuming().compareTo(BAR) >= 0
          || recovery.publishing().compareTo(BAR) >= 0
          || recovery.gap().compareTo(BAR) >= 0) {
        late.add(recovery.toString());
      }
    }
    assertEquals(List.of(), late);
  }
}
