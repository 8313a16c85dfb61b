package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.provider.ChatStream;
import java.util.Optional;

/** A streamed answer, and who gives it. */
public interface AnswerStream extends ChatStream {
  /** Who answers. */
  Candidate by();

  /**
   * The answer as a whole, after its end, where that is not just its chunks joined: UTF-8 JSON, not
   * to be changed.
   */
  default Optional<byte[]> whole() {
    return Optional.empty();
  }
}
