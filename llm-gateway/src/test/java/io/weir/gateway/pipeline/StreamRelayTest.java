package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamRelayTest {
  private static final int LIMIT = 4096;
  private static final String ROLE =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
  private static final String TEXT =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße, 世界 👋 \\\"error\\\"\"}}]}\n\n";
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":2}}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String STREAM = ROLE + ": comment\n\n" + TEXT + USAGE + DONE;

  @Test
  void aStreamPassesByteForByteWhereverItIsCut() {
    byte[] bytes = utf8(STREAM);
    for (int size = 1; size <= bytes.length; size++) {
      var relay = new StreamRelay("p", false, LIMIT, () -> 1);
      assertArrayEquals(bytes, relayed(relay, bytes, size), "chunks of " + size);
      assertTrue(relay.done());
      assertEquals(Optional.of(new Usage(7, 3, 2)), relay.usage());
    }
  }

  @Test
  void aUsageChunkThatOnlyTheGatewayAskedForIsNotPassedOn() {
    byte[] bytes = utf8(STREAM);
    for (int size = 1; size <= bytes.length; size++) {
      var relay = new StreamRelay("p", true, LIMIT, () -> 1);
      assertEquals(STREAM.replace(USAGE, ""), text(relayed(relay, bytes, size)));
      assertEquals(Optional.of(new Usage(7, 3, 2)), relay.usage());
    }
  }

  @Test
  void noUsageIsToldInChunksOnlyToWhomeverAskedForUsage() {
    String with = TEXT.replace("}]}", "}],\"usage\":null}");
    assertEquals(with, text(relayed(new StreamRelay("p", false, LIMIT, () -> 1), utf8(with), 7)));
    assertEquals(TEXT, text(relayed(new StreamRelay("p", true, LIMIT, () -> 1), utf8(with), 7)));
    String quoted = ROLE.replace("assistant", ",\\\"usage\\\":null");
    assertEquals(
        quoted, text(relayed(new StreamRelay("p", true, LIMIT, () -> 1), utf8(quoted), 7)));
  }

  @Test
  void usageInAChunkWithChoicesIsReadAndPassedOn() {
    String chunk =
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n";
    var relay = new StreamRelay("p", true, LIMIT, () -> 1);

    assertEquals(chunk, text(relayed(relay, utf8(chunk), 10)));
    assertEquals(Optional.of(new Usage(1, 2, 0)), relay.usage());
  }

  @Test
  void anEventIsPassedOnAsSoonAsItIsWholeAndNotBefore() {
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    byte[] role = utf8(ROLE);

    assertEquals(0, relay.accept(role, role.length - 1).length);
    assertFalse(relay.started());
    assertEquals(ROLE, text(relay.accept(utf8("\n"), 1)));
    assertTrue(relay.started());
  }

  @Test
  void carriageReturnsEndLinesToo() {
    for (String end : new String[] {"\r\n", "\r", "\n"}) {
      String stream = STREAM.replace("\n", end);
      var relay = new StreamRelay("p", false, LIMIT, () -> 1);
      byte[] out = relayed(relay, utf8(stream), 3);
      assertTrue(relay.done(), "done with " + end.length() + " line ends");
      assertEquals(stream, text(out));
    }
  }

  @Test
  void anEventWithBothLineEndsIsPassedOnWithItsLastByteAndNotWithTheNextEvent() {
    byte[] first = utf8(ROLE.replace("\n", "\r\n"));
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    assertEquals(0, relay.accept(first, first.length - 1).length);
    assertEquals(text(first), text(relay.accept(utf8("\n"), 1)));
    byte[] mixed = utf8(ROLE.replace("\n\n", "\r\n\r"));
    assertEquals(0, relay.accept(mixed, mixed.length).length);
    assertEquals(text(mixed) + TEXT, text(relay.accept(utf8(TEXT), utf8(TEXT).length)));
  }

  @Test
  void anAnswerThatHasSaidWhyItEndsIsWholeWithoutDone() {
    for (String end : new String[] {"stop", "length", "tool_calls"}) {
      String last = ROLE.replace("}}]", "},\"finish_reason\":\"" + end + "\"}]");
      var relay = new StreamRelay("p", true, LIMIT, () -> 1);
      assertEquals(ROLE + last, text(relayed(relay, utf8(ROLE + last + USAGE), 7)));
      assertFalse(relay.done());
      assertEquals(DONE, text(relay.end()));
      assertTrue(relay.done());
      assertEquals(Optional.of(new Usage(7, 3, 2)), relay.usage());
    }
  }

  @Test
  void anAnswerThatHasNotSaidWhyItEndsIsNotWhole() {
    for (String reason : new String[] {"", ",\"finish_reason\":null", ",\"finish_reason\":\"\""}) {
      var relay = new StreamRelay("p", false, LIMIT, () -> 1);
      String chunk = TEXT.replace("}}]", "}" + reason + "}]");
      assertEquals(chunk, text(relayed(relay, utf8(chunk), 7)));
      assertEquals(0, relay.end().length);
      assertFalse(relay.done());
    }
  }

  @Test
  void withoutDoneEachOfSeveralAnswersHasToSayWhyItEnds() {
    String first = "data: {\"choices\":[{\"index\":0,\"finish_reason\": \"stop\"}]}\n\n";
    var relay = new StreamRelay("p", false, LIMIT, () -> 2);
    relayed(relay, utf8(first + first), 7);
    assertEquals(0, relay.end().length);
    relayed(relay, utf8(first.replace(":0", ":1")), 7);
    assertEquals(DONE, text(relay.end()));
  }

  @Test
  void theLastEventNeedsNoBlankLine() {
    for (String missing : new String[] {"", "\n"}) {
      var relay = new StreamRelay("p", false, LIMIT, () -> 1);
      relayed(relay, utf8(ROLE + "data: [DONE]" + missing), 5);
      assertEquals(DONE, text(relay.end()));
      assertTrue(relay.done());
    }
    var relay = new StreamRelay("p", true, LIMIT, () -> 1);
    String last = ROLE.replace("}}]", "},\"finish_reason\":\"stop\"}]");
    relayed(relay, utf8(last + USAGE.strip()), 5);
    assertEquals(DONE, text(relay.end()));
    assertEquals(Optional.of(new Usage(7, 3, 2)), relay.usage());
  }

  @Test
  void nothingAfterDoneIsPassedOn() {
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    assertEquals(DONE, text(relayed(relay, utf8(DONE + ROLE), 4)));
  }

  @Test
  void doneInsideATextIsNotTheEnd() {
    String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"data: [DONE]\"}}]}\n\n";
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    assertEquals(chunk, text(relayed(relay, utf8(chunk), 5)));
    assertFalse(relay.done());
  }

  @Test
  void aStreamThatEndsInsideAnEventSaysSoAndHandsNoHalfEventOn() {
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    assertEquals(ROLE, text(relayed(relay, utf8(ROLE + "data: {\"cho"), 7)));
    assertEquals(0, relay.end().length);
    assertTrue(relay.cutShort().message().contains("inside an event"));
    assertFalse(relay.done());
  }

  @Test
  void anErrorEventEndsTheStreamAsAFailureInOurOwnShape() {
    String error =
        "data: {\"error\":{\"message\":\"overloaded\",\"code\":\"busy\",\"type\":\"odd\"}}\n\n";
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    assertEquals(ROLE, text(relayed(relay, utf8(ROLE + error + DONE), 9)));
    Failure failure = relay.failure().orElseThrow();
    assertEquals("busy", failure.code());
    assertEquals("odd", failure.type());
    assertTrue(failure.message().contains("overloaded"));
    assertFalse(relay.done());
  }

  /** As OpenRouter has it. */
  @Test
  void anErrorInAChoiceIsAFailureToo() {
    String told =
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\","
            + "\"error\":{\"code\":502,\"message\":\"lost the model\"}}]}\n\n";
    String untold =
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}\n\n";
    for (String error : new String[] {told, untold}) {
      var relay = new StreamRelay("p", false, LIMIT, () -> 1);
      assertEquals(ROLE, text(relayed(relay, utf8(ROLE + error + DONE), 9)));
      assertTrue(relay.failure().isPresent(), error);
      assertFalse(relay.done());
    }
  }

  @Test
  void anErrorThatIsNullNeverReachesTheCaller() {
    String chunk =
        "data: {\"error\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ü\"}}]}\n\n";
    var relay = new StreamRelay("p", false, LIMIT, () -> 1);
    assertEquals(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ü\"}}]}\n\n",
        text(relayed(relay, utf8(chunk), 6)));
    assertTrue(relay.failure().isEmpty());
  }

  @Test
  void anEventWithoutEndIsBounded() {
    var relay = new StreamRelay("p", false, 64, () -> 1);
    relay.accept(utf8("data: " + "x".repeat(100)), 106);
    assertTrue(relay.failure().orElseThrow().message().contains("64 bytes"));
  }

  private static byte[] relayed(StreamRelay relay, byte[] bytes, int size) {
    var out = new ByteArrayOutputStream();
    for (int from = 0; from < bytes.length; from += size) {
      byte[] chunk = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
      out.writeBytes(relay.accept(chunk, chunk.length));
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
