package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmUsage;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageMessagesTest {
  @Test
  void oneCallIsItsOwnMessageUnderItsIdAndOutcome() {
    Outgoing message = UsageMessages.of(List.of(call("a", "r-1")));
    assertEquals(Subjects.LLM_USAGE.with(), message.subject());
    assertEquals("usage:a:ok", message.id());
    assertEquals("r-1", message.correlationId());
    assertEquals(List.of(call("a", "r-1")), ToldCalls.of(message));
  }

  @Test
  void severalAreOneMessageThatNoOtherPassesFor() {
    List<LlmUsage> calls = List.of(call("a", "r-1"), call("b", "r-2"));
    Outgoing message = UsageMessages.of(calls);
    assertEquals(Subjects.LLM_USAGE_BATCH.with(), message.subject());
    assertEquals(calls, ToldCalls.of(message));
    assertEquals("", message.correlationId());
    assertNotEquals(message.id(), UsageMessages.of(calls).id());
  }

  @Test
  void whatBreaksTheContractIsRefusedAmongOthersToo() {
    LlmUsage bad = LlmUsage.newBuilder().setProvider("p").setModel("m").build();
    assertThrows(InvalidMessageException.class, () -> UsageMessages.of(List.of(bad)));
    var refused =
        assertThrows(
            InvalidMessageException.class, () -> UsageMessages.of(List.of(call("a", "r-1"), bad)));
    assertTrue(refused.toString().contains("calls[1].request_id"), refused::toString);
  }

  @Test
  void aMessageIsNoLargerThanBrokersTake() {
    assertEquals(List.of(), UsageMessages.groups(List.of()));
    List<LlmUsage> calls =
        IntStream.range(0, 5_000).mapToObj(i -> call("c" + i, "r".repeat(200))).toList();
    List<List<LlmUsage>> groups = UsageMessages.groups(calls);
    assertEquals(calls, groups.stream().flatMap(List::stream).toList());
    assertTrue(groups.size() < 8, "messages: " + groups.size());
    for (List<LlmUsage> group : groups) {
      assertTrue(UsageMessages.of(group).payload().size() < 300_000);
    }
    LlmUsage large = call("large", "r".repeat(400_000));
    assertEquals(
        List.of(List.of(call("a", "")), List.of(large), List.of(call("b", ""))),
        UsageMessages.groups(List.of(call("a", ""), large, call("b", ""))));
    assertEquals(1, UsageMessages.groups(Collections.nCopies(3, call("a", ""))).size());
  }

  private static LlmUsage call(String id, String correlation) {
    return LlmUsage.newBuilder()
        .setRequestId(id)
        .setProvider("p")
        .setModel("m")
        .setOutcome("ok")
        .setCorrelationId(correlation)
        .build();
  }
}
