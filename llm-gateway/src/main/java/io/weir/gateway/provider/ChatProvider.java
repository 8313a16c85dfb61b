package io.weir.gateway.provider;

import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Usage;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who answers chat requests. Thread-safe; calls block the calling thread, and interrupting
 * it ends the call and frees all that it holds, at the provider too.
 */
public interface ChatProvider {
  /** How routes, metrics and messages name it. */
  String name();

  /** The whole answer to {@code request}, which must not ask for a stream, by {@code model}. */
  Answer complete(ChatRequest request, String model) throws InterruptedException;

  /** Whether answers take so long that only durable requests get them. */
  default boolean durableOnly() {
    return false;
  }

  /**
   * The answer to a durable request, or that it is still at work on it. The request comes again
   * with the same {@code workId} until there is one, also after a crash, and is done once.
   */
  default Answer completeDurable(ChatRequest request, String model, String workId)
      throws InterruptedException {
    return complete(request, model);
  }

  /** Begins a streamed answer; returns once its first event with data is there. */
  Opening open(ChatRequest request, String model) throws InterruptedException;

  /** Embeddings of texts by {@code model}; refused by a provider that has none. */
  default Answer embed(EmbeddingsRequest request, String model) throws InterruptedException {
    return new Answer.Failed(
        Failure.invalid(
            "Provider '" + name() + "' has no embeddings; name another provider's model.",
            "model",
            Failure.EMBEDDINGS_UNSUPPORTED_CODE));
  }

  /** The models that are known without asking, best first; empty when it has to be asked. */
  List<String> fixedModels();

  /** Asks for the models it offers now. */
  Models models() throws InterruptedException;

  /** An answer, or why there is none. */
  sealed interface Answer {
    /**
     * The answer.
     *
     * @param body the completion as UTF-8 JSON; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
    record Answered(byte[] body, Usage usage) implements Answer {}

    /**
     * Why there is none.
     *
     * @param usage what it costs all the same
     */
    record Failed(Failure failure, Optional<Usage> usage) implements Answer {
      public Failed(Failure failure) {
        this(failure, Optional.empty());
      }
    }
  }

  /** A stream that has begun, or why it has not. */
  sealed interface Opening {
    record Opened(ChatStream stream) implements Opening {}

    record Failed(Failure failure) implements Opening {}
  }

  /** The models a provider offers, or why that is not known. */
  sealed interface Models {
    record Known(List<String> names) implements Models {
      public Known {
        names = List.copyOf(names);
      }
    }

    record Unknown(Failure failure) implements Models {}
  }
}
