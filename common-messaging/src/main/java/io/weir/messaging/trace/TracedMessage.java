package io.weir.messaging.trace;

/**
 * What a span tells of a message; empty for what is not known.
 *
 * @param destination the subject
 * @param template the family of subjects it belongs to, such as {@code bc.{id}.created}; names the
 *     span, so it must take few values
 * @param group the durable consumer or queue group that shares the work
 * @param messageId its {@code Nats-Msg-Id}
 * @param conversationId its correlation id
 */
public record TracedMessage(
    String destination, String template, String group, String messageId, String conversationId) {}
