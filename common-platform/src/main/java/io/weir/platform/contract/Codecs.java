package io.weir.platform.contract;

import com.google.protobuf.Message;
import io.weir.messaging.Codec;
import io.weir.messaging.ProtobufCodec;
import io.weir.proto.Contracts;
import io.weir.proto.v1.BreadcrumbEvent;
import io.weir.proto.v1.ContextEnrichReady;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.proto.v1.EntitiesExtracted;
import io.weir.proto.v1.LlmChunk;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import io.weir.proto.v1.LlmUsage;
import io.weir.proto.v1.LlmUsageBatch;
import io.weir.proto.v1.ReviewEvent;
import io.weir.proto.v1.ReviewJob;
import io.weir.proto.v1.ToolRequest;
import io.weir.proto.v1.ToolResponse;

/** One codec a message; each refuses messages that break their contract, both ways. */
public final class Codecs {
  public static final Codec<BreadcrumbEvent> BREADCRUMB_EVENT =
      of(BreadcrumbEvent.getDefaultInstance());
  public static final Codec<EntitiesExtracted> ENTITIES_EXTRACTED =
      of(EntitiesExtracted.getDefaultInstance());
  public static final Codec<ContextEnrichRequest> CONTEXT_ENRICH_REQUEST =
      of(ContextEnrichRequest.getDefaultInstance());
  public static final Codec<ContextEnrichReady> CONTEXT_ENRICH_READY =
      of(ContextEnrichReady.getDefaultInstance());
  public static final Codec<ReviewJob> REVIEW_JOB = of(ReviewJob.getDefaultInstance());
  public static final Codec<ReviewEvent> REVIEW_EVENT = of(ReviewEvent.getDefaultInstance());
  public static final Codec<LlmRequest> LLM_REQUEST = of(LlmRequest.getDefaultInstance());
  public static final Codec<LlmResponse> LLM_RESPONSE = of(LlmResponse.getDefaultInstance());
  public static final Codec<LlmChunk> LLM_CHUNK = of(LlmChunk.getDefaultInstance());
  public static final Codec<LlmError> LLM_ERROR = of(LlmError.getDefaultInstance());
  public static final Codec<LlmUsage> LLM_USAGE = of(LlmUsage.getDefaultInstance());
  public static final Codec<LlmUsageBatch> LLM_USAGE_BATCH = of(LlmUsageBatch.getDefaultInstance());

  /** In JSON, so that tools can be written in anything. */
  public static final Codec<ToolRequest> TOOL_REQUEST =
      ProtobufCodec.json(ToolRequest.getDefaultInstance(), Contracts::violations);

  public static final Codec<ToolResponse> TOOL_RESPONSE =
      ProtobufCodec.json(ToolResponse.getDefaultInstance(), Contracts::violations);

  private Codecs() {}

  private static <T extends Message> Codec<T> of(T prototype) {
    return ProtobufCodec.of(prototype, Contracts::violations);
  }
}
