package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
}
