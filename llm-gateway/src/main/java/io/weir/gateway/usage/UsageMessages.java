package io.weir.gateway.usage;

import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmUsage;
import io.weir.proto.v1.LlmUsageBatch;
import java.util.ArrayList;
import java.util.List;

/** The messages that calls are told in. Pure. */
final class UsageMessages {
  /** Of the calls in one message: a quarter of what nats-server takes by default. */
  private static final int MOST_BYTES = 256 << 10;

  private UsageMessages() {}

  /** Those that go into one message each, in their order; a large one has its own. */
  static List<List<LlmUsage>> groups(List<LlmUsage> calls) {
    var groups = new ArrayList<List<LlmUsage>>();
    List<LlmUsage> last = List.of();
    int bytes = 0;
    for (LlmUsage call : calls) {
      int size = call.getSerializedSize();
      if (last.isEmpty() || bytes + size > MOST_BYTES) {
        last = new ArrayList<>();
        groups.add(last);
        bytes = 0;
      }
      last.add(call);
      bytes += size;
    }
    return groups;
  }

  /**
   * The message of some calls, at least one.
   *
   * @throws InvalidMessageException when one of them breaks its contract
   */
  static Outgoing of(List<LlmUsage> group) {
    return group.size() == 1 ? alone(group.getFirst()) : batch(group);
  }

  /** Unknown and known are two messages: the second must not pass for a copy of the first. */
  private static Outgoing alone(LlmUsage call) {
    return Outgoing.of(
        Subjects.LLM_USAGE.with(),
        "usage:" + call.getRequestId() + ":" + call.getOutcome(),
        Codecs.LLM_USAGE,
        call,
        call.getCorrelationId());
  }

  /** Made once: calls of one that was not taken are told each by itself. */
  private static Outgoing batch(List<LlmUsage> calls) {
    return Outgoing.of(
        Subjects.LLM_USAGE_BATCH.with(),
        "usage-batch:" + CallIds.next(),
        Codecs.LLM_USAGE_BATCH,
        LlmUsageBatch.newBuilder().addAllCalls(calls).build(),
        "");
  }
}
