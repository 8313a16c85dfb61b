package io.weir.messaging.jetstream;

import com.google.protobuf.ByteString;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.deadletter.LetterHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The stream of dead letters. A letter is stored under {@code dlq.<stream>.<consumer>}, its edited
 * revisions under that and the letter's id, where they are found without looking through the
 * stream. Of several revisions, which only a crash in the middle of an edit leaves, the last counts
 * and the others are not shown. Thread-safe.
 */
final class LetterStore {
  static final SubjectTemplate SUBJECT = new SubjectTemplate("dlq.{stream}.{consumer}");
  static final SubjectTemplate EDITED = new SubjectTemplate("dlq.{stream}.{consumer}.{letter}");

  /** Where they are kept: 30 days, 1 GiB. */
  static final StreamSpec STREAM =
      StreamSpec.events("DEAD_LETTERS", Duration.ofDays(30), SUBJECT, EDITED)
          .whenFull(StreamSpec.WhenFull.REFUSE_NEW);

  /** One letter a failure, also when telling the handler of it fails for hours. */
  static final Duration DUPLICATE_WINDOW = Duration.ofDays(1);

  private static final String EVERYTHING = "dlq.>";
  private static final int DELETE_FAILED = 10057;
  private static final int NO_SEQUENCE = 10043;
  private static final int NOT_FOUND = 404;
  private static final int WRONG_LAST_SEQUENCE = 10071;
  private static final String EXPECTED_LAST = "Nats-Expected-Last-Subject-Sequence";

  private final Broker broker;
  private final Publisher publisher;
  private final StreamReader reader;

  LetterStore(Broker broker, Publisher publisher) {
    this.broker = broker;
    this.publisher = publisher;
    this.reader = new StreamReader(broker);
  }

  /** Stores a new letter; once under one message id. */
  void add(DeadLetterHead head, String messageId, byte[] payload) {
    var _ =
        publisher.send(
            SUBJECT.with(token(head.stream()), token(head.consumer())).name(),
            headers(LetterHeaders.write(head, messageId, budget(payload.length))),
            payload);
  }

  /**
   * Stores the next revision of a letter, then removes {@code old}.
   *
   * @return its sequence; empty when somebody else has edited the letter meanwhile
   */
  Optional<Long> replace(DeadLetter old, DeadLetter next) {
    String messageId = "dlq-edit:%d:%d:%d".formatted(next.id(), next.revision(), old.sequence());
    byte[] payload = next.payload().toByteArray();
    Headers headers = headers(LetterHeaders.write(next.head(), messageId, budget(payload.length)));
    // The first edit finds nothing there, each later one the revision before it.
    headers.put(EXPECTED_LAST, String.valueOf(old.revision() == 0 ? 0 : old.sequence()));
    long sequence;
    try {
      sequence =
          publisher.send(
              EDITED
                  .with(token(next.stream()), token(next.consumer()), String.valueOf(next.id()))
                  .name(),
              headers,
              payload);
    } catch (PublishFailedException e) {
      if (e.getCause() instanceof JetStreamApiException refusal
          && refusal.getApiErrorCode() == WRONG_LAST_SEQUENCE) {
        return Optional.empty();
      }
      throw e;
    }
    Optional<DeadLetter> stored = at(sequence);
    if (stored.isEmpty() || !stored.get().payload().equals(next.payload())) {
      // The same id was taken by another's edit a moment ago.
      return Optional.empty();
    }
    var _ = remove(old.sequence());
    return Optional.of(sequence);
  }

  /** Names of streams that are not ours may hold more than our subjects do. */
  private static String token(String name) {
    return name.isEmpty() ? "unknown" : name.replaceAll("[^A-Za-z0-9_-]", "_");
  }

  /** The letter of this id, in its last revision. */
  Optional<DeadLetter> find(long id) {
    if (id < 1) {
      return Optional.empty();
    }
    Optional<DeadLetter> last = Optional.empty();
    long from = id;
    while (true) {
      Optional<DeadLetter> edited = next(from, "dlq.*.*." + id);
      if (edited.isEmpty()) {
        break;
      }
      if (edited.get().id() == id) {
        last = edited;
      }
      from = edited.get().sequence() + 1;
    }
    return last.isPresent() ? last : at(id).filter(letter -> letter.id() == id);
  }

  /** What is stored at this sequence. */
  private Optional<DeadLetter> at(long sequence) {
    return next(sequence, EVERYTHING).filter(letter -> letter.sequence() == sequence);
  }

  /**
   * Visits letters in the order of their sequences.
   *
   * @param visitor whether to go on
   */
  void heads(long from, Predicate<DeadLetterHead> visitor) {
    Map<Long, Integer> revisions = revisions();
    reader.read(
        STREAM.name(),
        EVERYTHING,
        from,
        true,
        (message, origin) -> {
          DeadLetterHead head = head(message, origin);
          return isReplaced(head, revisions) || visitor.test(head);
        });
  }

  /** As {@link #heads}, with payloads and only those that {@code filter} means. */
  void letters(long from, DeadLetterFilter filter, Predicate<DeadLetter> visitor) {
    Map<Long, Integer> revisions = revisions();
    reader.read(
        STREAM.name(),
        EVERYTHING,
        from,
        false,
        (message, origin) -> {
          DeadLetterHead head = head(message, origin);
          if (isReplaced(head, revisions) || !filter.matches(head)) {
            return true;
          }
          byte[] data = message.getData();
          return visitor.test(
              new DeadLetter(head, data == null ? ByteString.EMPTY : ByteString.copyFrom(data)));
        });
  }

  /** Last revisions of the letters that were edited: few. */
  private Map<Long, Integer> revisions() {
    var revisions = new HashMap<Long, Integer>();
    reader.read(
        STREAM.name(),
        EDITED.wildcard(),
        1,
        true,
        (message, origin) -> {
          DeadLetterHead head = head(message, origin);
          revisions.merge(head.id(), head.revision(), Math::max);
          return true;
        });
    return revisions;
  }

  private static boolean isReplaced(DeadLetterHead head, Map<Long, Integer> revisions) {
    return head.revision() < revisions.getOrDefault(head.id(), 0);
  }

  /** Removes a letter with all its revisions, the last one last; whether it was there. */
  boolean removeAll(DeadLetter letter) {
    if (letter.revision() > 0) {
      var _ = remove(letter.id());
      Optional<DeadLetter> older = next(letter.id(), "dlq.*.*." + letter.id());
      while (older.isPresent() && older.get().sequence() < letter.sequence()) {
        var _ = remove(older.get().sequence());
        older = next(older.get().sequence() + 1, "dlq.*.*." + letter.id());
      }
    }
    return remove(letter.sequence());
  }

  private boolean remove(long sequence) {
    try {
      return broker.management().deleteMessage(STREAM.name(), sequence);
    } catch (JetStreamApiException e) {
      if (isMissing(e)) {
        return false;
      }
      throw unavailable(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** The last sequence in use. */
  long lastSequence() {
    try {
      return broker.management().getStreamInfo(STREAM.name()).getStreamState().getLastSequence();
    } catch (IOException | JetStreamApiException e) {
      throw unavailable(e);
    }
  }

  private Optional<DeadLetter> next(long sequence, String filter) {
    try {
      MessageInfo info = broker.management().getNextMessage(STREAM.name(), sequence, filter);
      byte[] data = info.getData();
      ByteString payload = data == null ? ByteString.EMPTY : ByteString.copyFrom(data);
      return Optional.of(
          new DeadLetter(
              LetterHeaders.read(
                  info.getSeq(),
                  Objects.requireNonNull(info.getTime()).toInstant(),
                  Objects.requireNonNull(info.getSubject()),
                  values(info.getHeaders()),
                  payload.size()),
              payload));
    } catch (JetStreamApiException e) {
      if (isMissing(e)) {
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static DeadLetterHead head(Message message, AckReply origin) {
    byte[] data = message.getData();
    return LetterHeaders.read(
        origin.sequence(),
        origin.timestamp(),
        message.getSubject(),
        values(message.getHeaders()),
        data == null ? 0 : data.length);
  }

  /** All values by name. */
  static Map<String, List<String>> values(@Nullable Headers headers) {
    var values = new LinkedHashMap<String, List<String>>();
    if (headers != null) {
      for (String name : headers.keySet()) {
        List<String> all = headers.get(name);
        values.put(name, all == null ? List.of() : List.copyOf(all));
      }
    }
    return values;
  }

  static Headers headers(Map<String, List<String>> values) {
    Headers headers = new Headers();
    values.forEach((name, all) -> headers.put(name, all));
    return headers;
  }

  private int budget(int payload) {
    long most = broker.connection().getServerInfo().getMaxPayload() - payload;
    // Room for the header that an edit adds.
    return (int) Math.max(0, Math.min(LetterHeaders.MOST_BYTES, most) - 80);
  }

  /** A delete of what is gone is answered by one of two errors, the second tells so in its text. */
  private static boolean isMissing(JetStreamApiException e) {
    return e.getErrorCode() == NOT_FOUND
        || Refusals.isNoMessage(e)
        || e.getApiErrorCode() == NO_SEQUENCE
        || (e.getApiErrorCode() == DELETE_FAILED
            && String.valueOf(e.getErrorDescription()).matches(".*(no message found|deleted).*"));
  }

  static DependencyUnavailableException unavailable(Exception e) {
    return new DependencyUnavailableException("nats", "dead letters: " + e.getMessage(), e);
  }
}
