package io.weir.messaging.jetstream;

import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamState;

/**
 * Where a stream is full. By bytes, with an operator's own bound of messages beside it if there is
 * one; by messages alone where the server can't keep to bytes. Pure.
 *
 * <p>A server that is given a bound below what a stream holds deletes the oldest messages, also
 * where new ones are to be refused. So a stream that refuses is never given less than twice what it
 * holds; it comes down to what is wanted at a later start, when it holds less.
 *
 * @param bytes most bytes; {@link #NONE} for any number
 * @param messages most messages; {@link #NONE} for any number
 */
record StreamBound(long bytes, long messages) {
  static final long NONE = -1;

  /**
   * What a message counts where only messages can be counted: about what Weir's events and orders
   * take with their headers. Larger ones take more disk than the spec says, smaller ones fill the
   * stream before that.
   */
  static final long BYTES_OF_A_MESSAGE = 1 << 10;

  /** What a stream holds now. */
  record Held(long messages, long bytes) {
    static Held of(StreamState state) {
      return new Held(state.getMsgCount(), state.getByteCount());
    }
  }

  /** Of a new stream. */
  static StreamBound of(StreamSpec spec, ServerTraits traits) {
    return isByBytes(spec, traits)
        ? new StreamBound(spec.maxBytes(), NONE)
        : new StreamBound(NONE, messages(spec));
  }

  /**
   * Of a stream that is there. A stream of ours without a bound in bytes was bounded by messages
   * here, for an older server: that bound goes when there is one in bytes again. Another one is the
   * operator's and stays.
   */
  static StreamBound over(
      StreamConfiguration base, Held held, StreamSpec spec, ServerTraits traits) {
    boolean ofOlderServer = base.getMaxBytes() <= 0;
    if (!isByBytes(spec, traits)) {
      long current = ofOlderServer ? base.getMaxMsgs() : NONE;
      return new StreamBound(NONE, keeping(messages(spec), current, held.messages()));
    }
    if (spec.whenFull() == StreamSpec.WhenFull.DROP_OLD) {
      return new StreamBound(spec.maxBytes(), base.getMaxMsgs());
    }
    return new StreamBound(
        keeping(spec.maxBytes(), base.getMaxBytes(), held.bytes()),
        ofOlderServer ? NONE : base.getMaxMsgs());
  }

  private static boolean isByBytes(StreamSpec spec, ServerTraits traits) {
    return traits.exactByBytes() || spec.whenFull() == StreamSpec.WhenFull.DROP_OLD;
  }

  private static long messages(StreamSpec spec) {
    return Math.max(1, spec.maxBytes() / BYTES_OF_A_MESSAGE);
  }

  /** {@code wanted}, or as much more as is needed to delete nothing. */
  private static long keeping(long wanted, long current, long held) {
    long highest = current <= 0 ? Long.MAX_VALUE : current;
    return Math.max(wanted, Math.min(highest, 2 * held));
  }
}
