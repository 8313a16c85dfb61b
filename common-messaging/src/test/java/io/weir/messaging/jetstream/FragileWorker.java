package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.message;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A worker process that the message {@code die} brings down. Takes the server's URL. */
final class FragileWorker {
  private FragileWorker() {}

  public static void main(String[] args) throws InterruptedException {
    var messaging =
        new Messaging(
            "fragile", BrokerSettings.local(args[0]), new SimpleMeterRegistry(), Clock.systemUTC());
    messaging.start();
    messaging
        .consumer(
            ConsumerSpec.of("WORK", "worker").withAckWait(SuspectIT.ACK_WAIT),
            CODEC,
            delivery -> {
              String value = delivery.payload().getValue();
              if (value.equals("die")) {
                Runtime.getRuntime().halt(137);
              }
              // Slow enough to be in hand when the process dies.
              var _ = new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
              return Outcome.done(message(RESULT.with("k"), "result-" + value, value));
            },
            ConsumerOptions.DEFAULT)
        .start();
    var _ = new CountDownLatch(1).await(Duration.ofMinutes(5).toSeconds(), TimeUnit.SECONDS);
  }
}
