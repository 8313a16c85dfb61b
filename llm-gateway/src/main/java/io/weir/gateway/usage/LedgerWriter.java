package io.weir.gateway.usage;

import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.platform.contract.Streams;
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCall.Tokens;
import io.weir.platform.usage.LlmCalls;
import io.weir.proto.v1.LlmUsage;
import io.weir.proto.v1.LlmUsageBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Writes told calls into the ledger. Deliveries that are in hand at once are written together; each
 * is done when its rows are there. Thread-safe.
 */
public final class LedgerWriter {
  /** Who reads calls that ended by themselves. */
  public static final ConsumerSpec ONES = ConsumerSpec.of(Streams.LLM_USAGE.name(), "ledger");

  /** Who reads those that ended together. */
  public static final ConsumerSpec BATCHES =
      ConsumerSpec.of(Streams.LLM_USAGE_BATCHES.name(), "ledger");

  private static final int MOST_AT_ONCE = 500;

  /** A row by itself costs several times what one of ten does, and nobody waits for it. */
  private static final Duration GATHERING = Duration.ofMillis(20);

  private final Batches<LlmCall> batches;

  public LedgerWriter(LlmCalls calls) {
    this.batches = new Batches<>(MOST_AT_ONCE, GATHERING, calls::write);
  }

  /** Takes calls that ended by themselves. */
  public Outcome one(Delivery<LlmUsage> delivery) throws InterruptedException {
    batches.write(call(delivery.payload()));
    return Outcome.done();
  }

  /** Takes those that ended together. */
  public Outcome many(Delivery<LlmUsageBatch> delivery) throws InterruptedException {
    batches.writeAll(delivery.payload().getCallsList().stream().map(LedgerWriter::call).toList());
    return Outcome.done();
  }

  static LlmCall call(LlmUsage told) {
    return new LlmCall(
        told.getRequestId(),
        Instant.ofEpochSecond(told.getTimestamp().getSeconds(), told.getTimestamp().getNanos()),
        told.getProvider(),
        told.getModel(),
        new Tokens(
            told.getInputTokens(),
            told.getCachedTokens(),
            told.getCacheWriteTokens(),
            told.getOutputTokens()),
        told.getEstimated(),
        told.getCostMicroUsd(),
        told.getUserId(),
        told.getKeyId(),
        told.getCorrelationId(),
        told.getEndpoint(),
        told.getLatencyMillis(),
        outcome(told.getOutcome()),
        told.getChargeId());
  }

  private static LlmCall.Outcome outcome(String told) {
    return switch (told.toLowerCase(Locale.ROOT)) {
      case Outcomes.OK -> LlmCall.Outcome.OK;
      case Outcomes.ERROR -> LlmCall.Outcome.ERROR;
      case Outcomes.CANCELLED -> LlmCall.Outcome.CANCELLED;
      case Outcomes.CACHED -> LlmCall.Outcome.CACHED;
      default -> LlmCall.Outcome.UNKNOWN;
    };
  }
}
