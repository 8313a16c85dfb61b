package io.weir.gateway.usage;

import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmUsage;
import java.util.List;

/** Reads the messages that calls are told in. */
public final class ToldCalls {
  private ToldCalls() {}

  /** The calls of {@code message}, whichever of the two kinds it is. */
  public static List<LlmUsage> of(Outgoing message) {
    return message.subject().equals(Subjects.LLM_USAGE.with())
        ? List.of(Codecs.LLM_USAGE.decode(message.payload(), message.contentType()))
        : Codecs.LLM_USAGE_BATCH.decode(message.payload(), message.contentType()).getCallsList();
  }
}
