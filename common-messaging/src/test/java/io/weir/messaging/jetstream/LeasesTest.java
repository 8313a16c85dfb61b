package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LeasesTest {
  private static final Instant STORED = Instant.parse("2026-01-01T00:00:00Z");
  private final Leases leases = new Leases(Duration.ofSeconds(30), () -> false);

  @AfterEach
  void close() {
    leases.close();
  }

  private static AckReply delivery(int number, Instant stored) {
    return new AckReply("S", "c", number, 100, stored, 0);
  }

  private static Message message(String text) {
    return NatsMessage.builder().subject("s").data(text).build();
  }

  @Test
  void aRedeliveryOfWhatIsInHandGoesOnThere() {
    HeldLease first = leases.hold(message("first"), delivery(1, STORED)).orElseThrow();
    Message again = message("again");
    assertEquals(Optional.empty(), leases.hold(again, delivery(2, STORED)));
    assertSame(again, first.message());
    assertEquals(2, first.delivery());
    leases.release(first);
    assertTrue(leases.hold(message("later"), delivery(3, STORED)).isPresent());
  }

  @Test
  void anotherMessageOfTheSameSequenceIsItsOwnAndNothingMoreIsSaidOfTheOld() {
    HeldLease old = leases.hold(message("old"), delivery(1, STORED)).orElseThrow();
    HeldLease other =
        leases.hold(message("other"), delivery(1, STORED.plusSeconds(60))).orElseThrow();
    assertTrue(old.isVoid());
    assertFalse(old.isHeld());
    assertTrue(other.isHeld());
    leases.release(old);
    assertEquals(
        Optional.empty(), leases.hold(message("again"), delivery(2, STORED.plusSeconds(60))));
  }

  @Test
  void whatIsHandledHereIsRenewedUntilItIsDone() throws InterruptedException {
    var signals = new LinkedBlockingQueue<String>();
    try (var renewing = new Leases(Duration.ofSeconds(30), () -> true)) {
      HeldLease lease =
          renewing.holdHere(signalling(signals, "first"), delivery(1, STORED)).orElseThrow();
      renewing.renewSoon();
      assertEquals("first", signals.poll(10, TimeUnit.SECONDS));
      renewing.release(lease);
      var _ = renewing.hold(signalling(signals, "next"), delivery(1, STORED));
      renewing.renewSoon();
      assertEquals("next", signals.poll(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void aRedeliveryOfWhatWasHandedOnGoesOnThere() {
    HeldLease first = leases.holdHere(message("first"), delivery(1, STORED)).orElseThrow();
    leases.handOn(first);
    assertEquals(Optional.empty(), leases.holdHere(message("again"), delivery(2, STORED)));
    // What comes meanwhile may be another message of a sequence that is in hand.
    HeldLease other =
        leases.holdHere(message("other"), delivery(1, STORED.plusSeconds(60))).orElseThrow();
    assertTrue(first.isVoid());
    leases.release(first);
    leases.release(other);
    assertTrue(leases.holdHere(message("later"), delivery(3, STORED)).isPresent());
  }

  /** A message whose in-progress signals are seen. */
  private static Message signalling(BlockingQueue<String> signals, String name) {
    return (Message)
        Proxy.newProxyInstance(
            LeasesTest.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (proxy, method, arguments) -> {
              assertEquals("inProgress", method.getName());
              signals.add(name);
              return null;
            });
  }
}
