package io.weir.messaging;

import java.time.Instant;

/**
 * A message as it lies in a stream, for those who only look.
 *
 * @param sequence its place in the stream; counts up, with holes where a filter leaves others out
 * @param subject where it was published
 * @param storedAt when the stream took it
 * @param payload what it says
 */
public record Tailed<T>(long sequence, String subject, Instant storedAt, T payload) {}
