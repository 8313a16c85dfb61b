package io.weir.messaging.jetstream;

import com.google.protobuf.ByteString;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.runtime.Version;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The messages that were given up, in a stream that can be read without consuming it and refuses
 * new ones rather than dropping old ones. Our facts travel in headers, the payload stays as it was.
 * Thread-safe.
 */
public final class DeadLetters {
  private static final SubjectTemplate SUBJECT = new SubjectTemplate("dlq.{stream}.{consumer}");

  /** Where they are kept: 30 days, 1 GiB. */
  static final StreamSpec STREAM =
      StreamSpec.events("DEAD_LETTERS", Duration.ofDays(30), SUBJECT)
          .whenFull(StreamSpec.WhenFull.REFUSE_NEW);

  /** One letter a failure, also when telling the handler of it fails for hours. */
  static final Duration DUPLICATE_WINDOW = Duration.ofDays(1);

  private static final String ORIGINAL = "Weir-Original-";
  private static final String FACT = "Weir-Dead-";
  private static final int NO_MESSAGE = 10037;
  private static final int NOT_FOUND = 404;

  private final Broker broker;
  private final Publisher publisher;

  DeadLetters(Broker broker, Publisher publisher) {
    this.broker = broker;
    this.publisher = publisher;
  }

  /**
   * Stores the dead letter of {@code message}; once, however often it is called for it.
   *
   * @throws io.weir.messaging.PublishFailedException when it was not stored: the message must stay
   */
  void add(
      Message message,
      AckReply origin,
      FailureCounts.Failures failures,
      String errorClass,
      String error,
      Instant now) {
    Headers headers = new Headers();
    MessageHeaders.read(message.getHeaders())
        .forEach((name, value) -> headers.put(ORIGINAL + name, value));
    headers.put(
        MessageHeaders.MESSAGE_ID,
        "dlq:%s:%s:%d:%d"
            .formatted(
                origin.stream(),
                origin.consumer(),
                origin.sequence(),
                origin.timestamp().toEpochMilli()));
    headers.put(FACT + "Subject", message.getSubject());
    headers.put(FACT + "Stream", origin.stream());
    headers.put(FACT + "Consumer", origin.consumer());
    headers.put(FACT + "Sequence", String.valueOf(origin.sequence()));
    headers.put(FACT + "Attempts", String.valueOf(failures.count()));
    headers.put(FACT + "First", failures.first().toString());
    headers.put(FACT + "Last", now.toString());
    headers.put(FACT + "Class", errorClass);
    headers.put(FACT + "Error", MessageHeaders.printable(error));
    headers.put(FACT + "Service", broker.service());
    headers.put(FACT + "Version", Version.current());
    publisher.send(
        SUBJECT.with(origin.stream(), origin.consumer()).name(), headers, message.getData());
  }

  /**
   * Dead letters in the order they came, without consuming them.
   *
   * @param after the sequence to begin behind; 0 for the oldest
   * @param limit most letters to return
   */
  public List<DeadLetter> list(long after, int limit) {
    var found = new ArrayList<DeadLetter>();
    long next = after + 1;
    while (found.size() < limit) {
      Optional<DeadLetter> letter = next(next);
      if (letter.isEmpty()) {
        break;
      }
      found.add(letter.get());
      next = letter.get().sequence() + 1;
    }
    return found;
  }

  /** The dead letter at {@code sequence}; empty when there is none. */
  public Optional<DeadLetter> find(long sequence) {
    return next(sequence).filter(letter -> letter.sequence() == sequence);
  }

  /**
   * Publishes the message again, for the consumer that failed on it, and removes the dead letter
   * once JetStream has stored it. A crash in between leaves the letter; replaying it again stores
   * nothing twice within the stream's duplicate window.
   *
   * @return the sequence it has now; empty when there is no such letter
   */
  public Optional<Long> replay(long sequence) {
    Optional<DeadLetter> found = find(sequence);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    DeadLetter letter = found.get();
    Headers headers = new Headers();
    letter.headers().forEach((name, value) -> headers.put(name, value));
    // The old id would be answered as a duplicate, and nothing stored.
    headers.put(MessageHeaders.MESSAGE_ID, "dlq:%d:0".formatted(sequence));
    headers.put(MessageHeaders.REPLAY_FOR, letter.stream() + "/" + letter.consumer());
    long stored = publisher.send(letter.subject(), headers, letter.payload().toByteArray());
    discard(sequence);
    return Optional.of(stored);
  }

  /**
   * Removes a dead letter for good.
   *
   * @return whether there was one
   */
  public boolean discard(long sequence) {
    try {
      return broker.management().deleteMessage(STREAM.name(), sequence);
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND || e.getApiErrorCode() == NO_MESSAGE) {
        return false;
      }
      throw unavailable(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Optional<DeadLetter> next(long sequence) {
    try {
      return Optional.of(
          letter(broker.management().getNextMessage(STREAM.name(), sequence, SUBJECT.wildcard())));
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND || e.getApiErrorCode() == NO_MESSAGE) {
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static DeadLetter letter(MessageInfo info) {
    var originals = new TreeMap<String, String>();
    var facts = new TreeMap<String, String>();
    MessageHeaders.read(info.getHeaders())
        .forEach(
            (name, value) -> {
              if (name.startsWith(ORIGINAL)) {
                originals.put(name.substring(ORIGINAL.length()), value);
              } else if (name.startsWith(FACT)) {
                facts.put(name.substring(FACT.length()).toLowerCase(Locale.ROOT), value);
              }
            });
    byte[] data = info.getData();
    return new DeadLetter(
        info.getSeq(),
        fact(facts, "subject"),
        originals,
        data == null ? ByteString.EMPTY : ByteString.copyFrom(data),
        fact(facts, "stream"),
        fact(facts, "consumer"),
        Long.parseLong(fact(facts, "sequence")),
        Integer.parseInt(fact(facts, "attempts")),
        Instant.parse(fact(facts, "first")),
        Instant.parse(fact(facts, "last")),
        fact(facts, "class"),
        fact(facts, "error"),
        fact(facts, "service"),
        fact(facts, "version"));
  }

  private static String fact(Map<String, String> facts, String name) {
    String value = facts.get(name);
    if (value == null) {
      throw new IllegalStateException("a dead letter without the header " + FACT + name);
    }
    return value;
  }

  private static DependencyUnavailableException unavailable(Exception e) {
    return new DependencyUnavailableException("nats", "dead letters: " + e.getMessage(), e);
  }
}
