package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the ledger and the budgets have to know of a request, whatever it asks for.
 *
 * @param bytes of its body
 * @param body asked for only if its tokens have to be counted here
 * @param mostTokens that it may cost, at a fair guess
 * @param workId of a durable request, under which it comes again
 */
record Question(
    Asker asker, int bytes, Supplier<byte[]> body, long mostTokens, Optional<String> workId) {

  static Question of(ChatRequest request, Asker asker) {
    return new Question(
        asker, request.bytes(), request::body, request.mostTokens(), Optional.empty());
  }

  static Question of(EmbeddingsRequest request, Asker asker) {
    return new Question(
        asker, request.bytes(), request::body, request.mostTokens(), Optional.empty());
  }

  Question again(String id) {
    return new Question(asker, bytes, body, mostTokens, Optional.of(id));
  }
}
