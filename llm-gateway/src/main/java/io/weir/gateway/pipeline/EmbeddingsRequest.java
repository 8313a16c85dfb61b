package io.weir.gateway.pipeline;

/**
 * A request for embeddings: the body as it came and the model that it names. What a provider gets
 * is the same bytes, but for the model's name. Immutable.
 */
public final class EmbeddingsRequest {
  private final ChatRequest whole;

  /** A request, or why the body is none. */
  public sealed interface Result {
    record Valid(EmbeddingsRequest request) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  private EmbeddingsRequest(ChatRequest whole) {
    this.whole = whole;
  }

  /** Reads the body of {@code POST /v1/embeddings}. */
  public static Result read(byte[] body) {
    return switch (ChatRequestReader.readEmbeddings(body)) {
      case ChatRequestReader.Result.Valid(ChatRequest request) ->
          new Result.Valid(new EmbeddingsRequest(request));
      case ChatRequestReader.Result.Refused(Failure failure) -> new Result.Refused(failure);
    };
  }

  /** The model as asked for: a name, {@code provider:model} or {@code auto}. */
  public String model() {
    return whole.model();
  }

  /** The length of the body. */
  public int bytes() {
    return whole.countedBytes();
  }

  /** The most tokens that it may cost, at a fair guess: there is no answer to be paid for. */
  public long mostTokens() {
    return whole.mostQuestionTokens();
  }

  /** The body as it came. */
  public byte[] body() {
    return whole.body();
  }

  /** The body for a provider that knows the model as {@code providerModel}. */
  public byte[] bodyFor(String providerModel) {
    return whole.bodyFor(providerModel, false);
  }
}
