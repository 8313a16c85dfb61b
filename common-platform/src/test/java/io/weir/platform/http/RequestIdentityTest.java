package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestIdentityTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void saneIdsOfTheClientAreKept() {
    var identity = RequestIdentity.of("req.1", "corr-1", TRACE);
    assertEquals(new RequestIdentity("req.1", "corr-1", Optional.of(TRACE)), identity);
  }

  @Test
  void theTraceIdCorrelatesWhereNothingElseDoes() {
    assertEquals(
        "4bf92f3577b34da6a3ce929d0e0e4736", RequestIdentity.of("", "", TRACE).correlationId());
  }

  @Test
  void idsThatCouldForgeALogLineOrASubjectAreReplaced() {
    for (String bad : List.of("", "a b", "a\nb", "a*", "ä", "x".repeat(129))) {
      var identity = RequestIdentity.of(bad, bad, bad);
      assertNotEquals(bad, identity.requestId());
      assertNotEquals(bad, identity.correlationId());
      assertEquals(Optional.empty(), identity.traceparent());
    }
    assertNotEquals("a.b", RequestIdentity.of("a.b", "a.b", "").correlationId());
  }

  @Test
  void invalidTraceContextsAreNotPassedOn() {
    for (String bad :
        List.of(
            TRACE.replaceFirst("00", "ff"),
            "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0".repeat(16) + "-01",
            TRACE + "-more")) {
      assertTrue(RequestIdentity.of("", "", bad).traceparent().isEmpty(), bad);
    }
  }
}
