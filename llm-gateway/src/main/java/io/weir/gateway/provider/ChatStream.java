package io.weir.gateway.provider;

import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Usage;
import java.util.Optional;

/**
 * A streamed answer under way, for one reader at a time. Nothing is read ahead: a slow reader slows
 * the provider down.
 */
public interface ChatStream extends AutoCloseable {
  /**
   * What comes next; blocks until it is there. After {@code End} or {@code Broken} nothing does.
   */
  Part next() throws InterruptedException;

  /** The tokens used, once known; providers tell at the end if at all. */
  Optional<Usage> usage();

  /** Ends the call at the provider if it still runs. */
  @Override
  void close();

  /** A piece of the stream. */
  sealed interface Part {
    /**
     * One or more events.
     *
     * @param bytes whole server-sent events, to be handed on at once; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
    record Events(byte[] bytes) implements Part {}

    /** The answer is whole and {@code [DONE]} was among the events. */
    record End() implements Part {}

    /** The answer stays unfinished. */
    record Broken(Failure failure) implements Part {}
  }
}
