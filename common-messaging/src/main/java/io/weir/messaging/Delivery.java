package io.weir.messaging;

import java.time.Instant;
import java.util.Map;

/**
 * One delivery of a message to a consumer.
 *
 * @param payload the decoded and validated message
 * @param stream the stream it is stored in
 * @param consumer the durable consumer it was delivered to
 * @param sequence its sequence in the stream
 * @param subject the subject it was published to
 * @param messageId its {@code Nats-Msg-Id}, or {@code stream:sequence} when it has none
 * @param failures how often a handler has failed on it before; 0 on the first try. Redeliveries
 *     that no failure caused (a killed worker, a drain) do not count
 * @param deliveries how often the server has delivered it, this one included
 * @param publishedAt when the server stored it
 * @param deadline when the handler is interrupted
 * @param correlationId the id that finds all logs, messages and documents of one piece of work
 * @param headers the message's headers, first values only; unmodifiable, not copied here
 * @param lease whether the message is still this delivery's to work on
 */
public record Delivery<T>(
    T payload,
    String stream,
    String consumer,
    long sequence,
    String subject,
    String messageId,
    int failures,
    int deliveries,
    Instant publishedAt,
    Instant deadline,
    String correlationId,
    Map<String, String> headers,
    Lease lease) {}
