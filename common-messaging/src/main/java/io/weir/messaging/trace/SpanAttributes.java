package io.weir.messaging.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;

/**
 * What spans tell, under the names of OpenTelemetry's semantic conventions for messaging and HTTP.
 */
final class SpanAttributes {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> TEMPLATE =
      AttributeKey.stringKey("messaging.destination.template");
  private static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");
  private static final AttributeKey<String> CONVERSATION =
      AttributeKey.stringKey("messaging.message.conversation_id");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("weir.outcome");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

  private SpanAttributes() {}

  /** A span that says what is done with a message. */
  static SpanBuilder of(String operation, TracedMessage message, Tracer tracer) {
    SpanBuilder builder =
        tracer
            .spanBuilder(
                message.template().isEmpty() ? operation : operation + " " + message.template())
            .setAttribute(SYSTEM, "nats")
            .setAttribute(OPERATION, operation)
            .setAttribute(OPERATION_TYPE, operation)
            .setAttribute(DESTINATION, message.destination());
    attribute(builder, TEMPLATE, message.template());
    attribute(builder, GROUP, message.group());
    attribute(builder, MESSAGE_ID, message.messageId());
    attribute(builder, CONVERSATION, message.conversationId());
    return builder;
  }

  private static void attribute(SpanBuilder builder, AttributeKey<String> key, String value) {
    if (!value.isEmpty()) {
      var _ = builder.setAttribute(key, value);
    }
  }
}
