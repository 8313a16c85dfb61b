package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the ledger and the budgets have to know of a request, whatever it asks for.
 *
 * @param operation what is asked for, as metrics name it
 * @param bytes of its body, pictures as long as words that cost as much
 * @param body asked for only if its tokens have to be counted here
 * @param mostInput tokens that it may have, at a fair guess
 * @param mostOutput tokens that its answer may have
 * @param workId of a durable request, under which it comes again
 */
record Question(
    Asker asker,
    String operation,
    int bytes,
    Supplier<byte[]> body,
    long mostInput,
    long mostOutput,
    Optional<String> workId) {

  static Question of(ChatRequest request, Asker asker) {
    return new Question(
        asker,
        LlmMeters.CHAT,
        request.countedBytes(),
        request::body,
        request.mostQuestionTokens(),
        request.mostAnswerTokens(),
        Optional.empty());
  }

  static Question of(EmbeddingsRequest request, Asker asker) {
    return new Question(
        asker,
        LlmMeters.EMBEDDINGS,
        request.bytes(),
        request::body,
        request.mostTokens(),
        0,
        Optional.empty());
  }

  Question again(String id) {
    return new Question(asker, operation, bytes, body, mostInput, mostOutput, Optional.of(id));
  }
}
