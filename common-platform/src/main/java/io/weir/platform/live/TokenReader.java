package io.weir.platform.live;

import com.google.protobuf.ByteString;
import io.weir.messaging.TailListener;
import io.weir.messaging.Tailed;
import io.weir.proto.v1.LlmChunk;
import io.weir.proto.v1.LlmChunk.Ending;

/**
 * Reads the tokens of one durable answer from {@code ai.llm.stream.<correlation>} while it is made,
 * each once, however often the connection is lost; made to be handed to a tail of that subject:
 *
 * <pre>{@code
 * var reader = new TokenReader(place, listener); // TokenReader.Place.START, or where one had been
 * messaging.tail(
 *     Streams.LLM_STREAMS,
 *     Subjects.LLM_STREAM.with(correlation),
 *     place.sequence(),
 *     Codecs.LLM_CHUNK,
 *     reader);
 * }</pre>
 *
 * Called by one thread; {@link #place} may be asked by others.
 */
public final class TokenReader implements TailListener<LlmChunk> {
  private final Listener listener;
  private volatile Place place;

  /**
   * How far somebody has read; what to keep in order to go on later, elsewhere too.
   *
   * @param sequence of the last message that was heard
   * @param attempt that it was of
   * @param number of the chunk that comes next in it
   */
  public record Place(long sequence, int attempt, int number) {
    /** Nothing is read yet. */
    public static final Place START = new Place(0, 0, 1);
  }

  /** Is told what was read, in order. */
  public interface Listener {
    /** An attempt begins: what was told before is void. */
    void begins(int attempt);

    /** The next chunk of the completion, as UTF-8 JSON. */
    void chunk(ByteString json);

    /** Some chunks are not there: read the answer itself when it has come. */
    void missing(int chunks);

    /** The attempt has ended; unless all was said, {@code LlmResponse} or a next one tells more. */
    void ends(Ending how);
  }

  /**
   * @param from where to go on
   */
  public TokenReader(Place from, Listener listener) {
    this.place = from;
    this.listener = listener;
  }

  /** How far it has read. */
  public Place place() {
    return place;
  }

  @Override
  public void message(Tailed<LlmChunk> message) {
    LlmChunk said = message.payload();
    Place before = place;
    if (message.sequence() <= before.sequence() || said.getAttempt() < before.attempt()) {
      return; // told before, or by somebody who was given up
    }
    int next = before.number();
    if (said.getAttempt() > before.attempt()) {
      listener.begins(said.getAttempt());
      next = 1;
    }
    if (said.getNumber() > next) {
      listener.missing(said.getNumber() - next);
    }
    said.getChunkJsonList().forEach(listener::chunk);
    place =
        new Place(
            message.sequence(),
            said.getAttempt(),
            Math.max(next, said.getNumber() + said.getChunkJsonCount()));
    if (said.getEnding() != Ending.ENDING_UNSPECIFIED) {
      listener.ends(said.getEnding());
    }
  }

  /** A stream that was made anew counts from its beginning. */
  @Override
  public void following(boolean lost) {
    if (lost) {
      place = new Place(0, place.attempt(), place.number());
    }
  }

  @Override
  public void interrupted() {
    // The tail goes on by itself.
  }
}
