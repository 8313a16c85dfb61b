package io.weir.review.handler;

import io.weir.platform.llm.LlmAnswer;
import io.weir.platform.llm.LlmCall;

/** The model as the reviewer sees it; {@code LlmClient::complete} in the service. */
@FunctionalInterface
public interface Model {
  LlmAnswer complete(LlmCall call) throws InterruptedException;
}
