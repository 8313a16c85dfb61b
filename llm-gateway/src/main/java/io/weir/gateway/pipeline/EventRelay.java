package io.weir.gateway.pipeline;

import java.util.Optional;

/**
 * Turns a provider's stream into server-sent events of chat completion chunks, as it arrives. Not
 * thread safe.
 */
public interface EventRelay {
  /** What may be handed on after {@code count} more bytes of {@code chunk}; may be empty. */
  byte[] accept(byte[] chunk, int count);

  /**
   * What may be handed on when the provider has ended its stream in order; it may be {@link #done}
   * by that.
   */
  default byte[] end() {
    return new byte[0];
  }

  /** Whether {@code [DONE]} has passed: the answer is whole. */
  boolean done();

  /** Whether something of an answer has come. */
  boolean started();

  /** What the provider reported as going wrong in the stream. */
  Optional<Failure> failure();

  Optional<Usage> usage();

  /** What to tell the caller when the provider's stream ends before {@link #done()}. */
  Failure cutShort();
}
