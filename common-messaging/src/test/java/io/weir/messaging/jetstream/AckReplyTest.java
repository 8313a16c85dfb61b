package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AckReplyTest {
  @Test
  void bothFormsOfTheReplySubjectAreRead() {
    var expected = new AckReply("S", "C", 2, 7, Instant.ofEpochSecond(1_700_000_000L, 5), 3);
    assertEquals(expected, AckReply.parse("$JS.ACK.S.C.2.7.9.1700000000000000005.3"));
    assertEquals(
        expected, AckReply.parse("$JS.ACK._.ACCHASH.S.C.2.7.9.1700000000000000005.3.random"));
  }

  @Test
  void anythingElseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> AckReply.parse("_INBOX.abc"));
    assertThrows(IllegalArgumentException.class, () -> AckReply.parse("$JS.ACK.S.C.1"));
    assertThrows(
        IllegalArgumentException.class,
        () -> AckReply.parse("$JS.ACK.S.C.2.seven.9.1700000000000000005.3"));
    assertThrows(
        IllegalArgumentException.class,
        () -> AckReply.parse("$JS.ACK.S.C.2..9.1700000000000000005.3"));
  }
}
