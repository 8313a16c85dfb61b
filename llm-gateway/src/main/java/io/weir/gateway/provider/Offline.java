package io.weir.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.OfflineAnswer;
import io.weir.gateway.pipeline.OfflineCompletion;
import io.weir.gateway.pipeline.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * No model at all: answers what can be quoted from the conversation, says so, and refuses what
 * would need a model. Always there.
 */
public final class Offline implements ChatProvider {
  public static final String NAME = "offline";

  /** The name of its one model. */
  public static final String MODEL = "offline";

  private final Clock clock;

  public Offline(Clock clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Answer complete(ChatRequest request, String model) {
    ObjectNode tree = request.tree();
    Optional<Failure> refusal = OfflineAnswer.refusal(tree);
    if (refusal.isPresent()) {
      return new Answer.Failed(refusal.get());
    }
    OfflineAnswer answer = OfflineAnswer.to(tree);
    return new Answer.Answered(completion().whole(answer), answer.usage());
  }

  @Override
  public Opening open(ChatRequest request, String model) {
    ObjectNode tree = request.tree();
    Optional<Failure> refusal = OfflineAnswer.refusal(tree);
    if (refusal.isPresent()) {
      return new Opening.Failed(refusal.get());
    }
    OfflineAnswer answer = OfflineAnswer.to(tree);
    return new Opening.Opened(
        new Chunks(completion().chunks(answer, request.wantsUsage()), answer.usage()));
  }

  @Override
  public Answer embed(EmbeddingsRequest request, String model) {
    return new Answer.Failed(
        Failure.offlineOnly(
            "No model is configured, and embeddings need one. Set OPENAI_API_KEY or name a file of"
                + " providers in WEIR_PROVIDERS.",
            "model"));
  }

  @Override
  public List<String> fixedModels() {
    return List.of(MODEL);
  }

  @Override
  public Models models() {
    return new Models.Known(fixedModels());
  }

  private OfflineCompletion completion() {
    String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    return new OfflineCompletion(id, clock.instant().getEpochSecond(), MODEL);
  }

  private static final class Chunks implements ChatStream {
    private final Iterator<String> events;
    private final Usage usage;

    Chunks(List<String> events, Usage usage) {
      this.events = events.iterator();
      this.usage = usage;
    }

    @Override
    public Part next() {
      return events.hasNext()
          ? new Part.Events(events.next().getBytes(StandardCharsets.UTF_8))
          : new Part.End();
    }

    @Override
    public Optional<Usage> usage() {
      return Optional.of(usage);
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
