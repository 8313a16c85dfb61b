package io.weir.platform.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.weir.messaging.secret.Redaction;
import io.weir.messaging.trace.Tracing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A call as it goes over the wire.
 *
 * @param key the idempotency key: work, step and a hash of the body. A key that did not know the
 *     body would be refused as soon as a redelivery asks something else, such as with what another
 *     search has found
 */
record LlmRequest(String key, ChatCompletionCreateParams parameters) {
  private static final int HASH_BYTES = 16;

  /**
   * The request for {@code call}, with the trace of the calling thread.
   *
   * @param configured the model for a call that names none
   */
  static LlmRequest of(LlmCall call, Optional<String> configured) {
    ChatCompletionCreateParams parameters = parameters(call, configured);
    String key = call.work() + ":" + call.step() + ":" + hash(body(parameters));
    return new LlmRequest(
        key, parameters.toBuilder().putAdditionalHeader("Idempotency-Key", key).build());
  }

  /** Names an answer to this request; one that comes again from a store has the same name. */
  String purchase(String answerId) {
    return hash((key + "\n" + answerId).getBytes(StandardCharsets.UTF_8));
  }

  private static ChatCompletionCreateParams parameters(LlmCall call, Optional<String> configured) {
    var parameters =
        ChatCompletionCreateParams.builder()
            .model(call.model().or(() -> configured).orElse("auto"))
            .maxCompletionTokens(call.maxTokens());
    if (!call.correlationId().isEmpty()) {
      parameters.putAdditionalHeader("x-correlation-id", call.correlationId());
    }
    if (!call.cacheOf().isEmpty()) {
      // The gateway's own, which others pass over. Whose it is, it need not know.
      parameters.putAdditionalHeader("x-weir-cache", call.anew() ? "refresh" : "on");
      parameters.putAdditionalHeader(
          "x-weir-cache-scope", hash(call.cacheOf().getBytes(StandardCharsets.UTF_8)));
    }
    Tracing.captured().forEach(parameters::putAdditionalHeader);
    if (!call.system().isEmpty()) {
      parameters.addSystemMessage(Redaction.ofLog(call.system()));
    }
    // What came in is masked at its door; what other systems have found is not.
    call.user().stream().map(Redaction::ofLog).forEach(parameters::addUserMessage);
    call.temperature().ifPresent(parameters::temperature);
    call.schema().ifPresent(schema -> parameters.responseFormat(format(schema)));
    return parameters.build();
  }

  private static ResponseFormatJsonSchema format(LlmCall.Schema wanted) {
    var schema = ResponseFormatJsonSchema.JsonSchema.Schema.builder();
    wanted
        .schema()
        .properties()
        .forEach(
            property ->
                schema.putAdditionalProperty(
                    property.getKey(), JsonValue.fromJsonNode(property.getValue())));
    return ResponseFormatJsonSchema.builder()
        .jsonSchema(
            ResponseFormatJsonSchema.JsonSchema.builder()
                .name(wanted.name())
                .strict(true)
                .schema(schema.build())
                .build())
        .build();
  }

  private static byte[] body(ChatCompletionCreateParams parameters) {
    try {
      return ObjectMappers.jsonMapper().writeValueAsBytes(parameters._body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the OpenAI client cannot write its own types", e);
    }
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
