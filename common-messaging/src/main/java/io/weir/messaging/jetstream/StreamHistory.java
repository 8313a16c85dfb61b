package io.weir.messaging.jetstream;

import com.google.protobuf.UnsafeByteOperations;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamState;
import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Tailed;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a stream that is kept by limits still holds, for those who have missed it. Thread-safe. */
public final class StreamHistory<T> {
  private static final Logger log = LoggerFactory.getLogger(StreamHistory.class);

  private final Broker broker;
  private final StreamReader reader;
  private final String stream;
  private final Codec<T> codec;

  /**
   * What a stream holds.
   *
   * @param first sequence of the oldest message, or of the next when there is none
   * @param last sequence of the newest that it ever had, 0 for none
   */
  public record Range(long first, long last) {}

  StreamHistory(Broker broker, String stream, Codec<T> codec) {
    this.broker = broker;
    this.reader = new StreamReader(broker);
    this.stream = stream;
    this.codec = codec;
  }

  /**
   * What there is now.
   *
   * @throws DependencyUnavailableException when the server does not answer
   */
  public Range range() {
    try {
      StreamState state = broker.management().getStreamInfo(stream).getStreamState();
      long last = state.getLastSequence();
      return new Range(state.getMsgCount() == 0 ? last + 1 : state.getFirstSequence(), last);
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw new DependencyUnavailableException(
          "nats", "asking for %s: %s".formatted(stream, e.getMessage()), e);
    }
  }

  /**
   * Hands out what is there now from sequence {@code from} on, in order, as long as {@code visitor}
   * wants more.
   *
   * @throws DependencyUnavailableException when the server stops answering
   */
  public void read(long from, Predicate<Tailed<T>> visitor) {
    reader.read(
        stream,
        ">",
        from,
        false,
        (message, origin) -> read(message, origin, codec, log).map(visitor::test).orElse(true));
  }

  /** A message as it came; empty, and a line in the log, when it breaks its contract. */
  static <T> Optional<Tailed<T>> read(
      Message message, AckReply origin, Codec<T> codec, Logger log) {
    try {
      String form =
          Optional.ofNullable(message.getHeaders())
              .map(headers -> headers.getFirst(MessageHeaders.CONTENT_TYPE))
              .orElse("");
      return Optional.of(
          new Tailed<>(
              origin.sequence(),
              message.getSubject(),
              origin.timestamp(),
              codec.decode(UnsafeByteOperations.unsafeWrap(message.getData()), form)));
    } catch (InvalidMessageException e) {
      log.atDebug()
          .addKeyValue("stream", origin.stream())
          .addKeyValue("sequence", origin.sequence())
          .addKeyValue("reason", e.getMessage())
          .log("message skipped");
      return Optional.empty();
    }
  }
}
