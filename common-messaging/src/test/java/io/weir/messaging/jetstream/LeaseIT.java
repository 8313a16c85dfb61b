package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.Lease;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LeaseIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ConsumerSpec SPEC =
      ConsumerSpec.of("WORK", "worker").withAckWait(Duration.ofSeconds(1));

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  @Test
  void aMessageThatIsDeliveredAgainWhileItIsInHandGoesOnThere() throws Exception {
    var begun = new CopyOnWriteArrayList<Integer>();
    var goOn = new CountDownLatch(1);
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              begun.add(delivery.deliveries());
              goOn.await();
              return Outcome.done(message(RESULT.with("r"), "r-1", "r"));
            },
            ConsumerOptions.DEFAULT));
    nats.publish("k", "long");
    Await.until("the handler", PATIENCE, () -> begun.size() == 1);
    nats.server.kill();
    // Longer than the ack-wait, so that the server has it delivered again when it is back.
    var _ = new CountDownLatch(1).await(1_500, TimeUnit.MILLISECONDS);
    nats.server.restart();
    Await.until(
        "a second delivery",
        PATIENCE,
        () ->
            nats.observer
                    .jetStreamManagement()
                    .getConsumerInfo("WORK", "worker")
                    .getDelivered()
                    .getConsumerSequence()
                >= 2);
    goOn.countDown();
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(List.of(1), begun, "worked on twice in one process");
    assertEquals(1, nats.stored("RESULTS"));
  }

  @Test
  void whatFailedAfterItsLeaseWasLostIsNoFailure() throws Exception {
    var lease = new AtomicReference<@Nullable Lease>();
    var failures = new CopyOnWriteArrayList<Integer>();
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              failures.add(delivery.failures());
              if (lease.compareAndSet(null, delivery.lease())) {
                assertTrue(delivery.lease().isHeld());
                while (delivery.lease().isHeld()) {
                  var _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
                }
                return Outcome.dead("not mine to say any more");
              }
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT));
    nats.publish("k", "m");
    Await.until("the handler", PATIENCE, () -> lease.get() != null);
    nats.server.kill();
    Lease first = Await.value("the lease", PATIENCE, lease::get);
    Await.until("the loss of the lease", PATIENCE, () -> !first.isHeld());
    nats.server.restart();
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(List.of(0, 0), failures);
    assertFalse(first.isHeld());
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }
}
