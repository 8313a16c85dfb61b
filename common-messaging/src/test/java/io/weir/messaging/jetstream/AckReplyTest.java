package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AckReplyTest {
  @Test
  void bothFormsOfTheReplySubjectAreRead() {
    var expected = new AckReply("S", "C", 2, 7, Instant.ofEpochSecond(1_700_000_000L, 5), 3);
    assertEquals(expected, AckReply.parse("$JS.ACK.S.C.2.7.9.1700000000000000005.3"));
    assertEquals(
        expected, AckReply.parse("$JS.ACK._.ACCHASH.S.C.2.7.9.1700000000000000005.3.random"));
    assertEquals(expected, AckReply.parse("$JS.ACK._.ACCHASH.S.C.2.7.9.1700000000000000005.3"));
  }

  @Test
  void namesOfKnownLanesAreThoseOfTheLane() {
    var lanes = List.of(ConsumerSpec.of("S", "CC"), ConsumerSpec.of("S", "C"));
    AckReply read = AckReply.parse("$JS.ACK.S.C.2.7.9.1700000000000000005.3", lanes);
    assertEquals(AckReply.parse("$JS.ACK.S.C.2.7.9.1700000000000000005.3"), read);
    assertSame(lanes.get(1).durable(), read.consumer());
    AckReply newer = AckReply.parse("$JS.ACK._.HASH.S.C.2.7.9.1700000000000000005.3", lanes);
    assertEquals(read, newer);
    assertSame(lanes.get(1).durable(), newer.consumer());
    assertEquals("CCC", AckReply.parse("$JS.ACK.S.CCC.2.7.9.1.3", lanes).consumer());
    assertEquals("SS", AckReply.parse("$JS.ACK.SS.C.2.7.9.1.3", lanes).stream());
  }

  @Test
  void aDomainThatIsCalledLikeALaneIsNotTakenForIt() {
    var lanes = List.of(ConsumerSpec.of("S", "C"));
    AckReply read = AckReply.parse("$JS.ACK.S.C.1.2.3.4.5.6.7.token", lanes);
    assertEquals("1", read.stream());
    assertEquals("2", read.consumer());
    assertEquals(3, read.deliveries());
    assertEquals(7, read.pending());
  }

  @Test
  void anythingElseIsRefused() {
    var lanes = List.of(ConsumerSpec.of("S", "C"));
    assertThrows(
        IllegalArgumentException.class, () -> AckReply.parse("$JS.ACK.S.C.1.2.3.4", lanes));
    assertThrows(
        IllegalArgumentException.class, () -> AckReply.parse("$XX.ACK.S.C.1.2.3.4.5", lanes));
    assertThrows(
        IllegalArgumentException.class, () -> AckReply.parse("$JS.ACK.S.C.1.2.3.4.5.", lanes));
    assertThrows(IllegalArgumentException.class, () -> AckReply.parse("$JS.ACK.S.C", lanes));
    assertThrows(IllegalArgumentException.class, () -> AckReply.parse("_INBOX.abc"));
    assertThrows(IllegalArgumentException.class, () -> AckReply.parse("$JS.ACK.S.C.1"));
    assertThrows(
        IllegalArgumentException.class,
        () -> AckReply.parse("$JS.ACK.S.C.2.seven.9.1700000000000000005.3"));
    assertThrows(
        IllegalArgumentException.class,
        () -> AckReply.parse("$JS.ACK.S.C.2..9.1700000000000000005.3"));
    assertThrows(
        IllegalArgumentException.class,
        () -> AckReply.parse("$JS.ACK.S.C.2.7.9.17000000000000000050.3"));
    assertThrows(IllegalArgumentException.class, () -> AckReply.parse("$JS.ACK.S.C.2.-7.9.1.3"));
  }
}
