package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.deadletter.BulkWatcher;
import java.time.Clock;

/** A process that goes on with a long run until it is done or killed. */
final class BulkReplayMain {
  private BulkReplayMain() {}

  /**
   * Runs it.
   *
   * @param args the server's URL and the run's id
   */
  public static void main(String[] args) throws Exception {
    var messaging =
        new Messaging(
            "replay", BrokerSettings.local(args[0]), new SimpleMeterRegistry(), Clock.systemUTC());
    messaging.start();
    DeadLetters letters = messaging.deadLetters();
    var _ =
        letters.bulk().resume(letters.bulk().find(args[1]).orElseThrow(), false, BulkWatcher.NONE);
    messaging.close();
  }
}
