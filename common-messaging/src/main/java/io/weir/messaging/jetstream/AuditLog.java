package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.DeadLetterHead;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what to which dead letter, in a stream of its own: 90 days, 256 MiB, the oldest go when
 * full. Thread-safe.
 */
final class AuditLog {
  private static final SubjectTemplate SUBJECT = new SubjectTemplate("dlq-audit.{action}.{letter}");

  static final StreamSpec STREAM =
      StreamSpec.events("DEAD_LETTER_AUDIT", Duration.ofDays(90), SUBJECT).withMaxBytes(256L << 20);

  private static final int NOT_FOUND = 404;

  private final Logger log = LoggerFactory.getLogger(AuditLog.class);
  private final Broker broker;
  private final Publisher publisher;
  private final StreamReader reader;

  AuditLog(Broker broker, Publisher publisher) {
    this.broker = broker;
    this.publisher = publisher;
    this.reader = new StreamReader(broker);
  }

  /** Writes it down; returns when JetStream has stored it. */
  void add(AuditRecord record) {
    Headers headers = new Headers();
    String about = record.letter() == 0 ? record.run() : String.valueOf(record.letter());
    // The same action on the same revision is one, however often it is tried.
    headers.put(
        MessageHeaders.MESSAGE_ID,
        "%s:%s:%d:%d"
            .formatted(
                record.action().word(),
                about,
                record.revision(),
                record.letter() == 0 ? record.at().toEpochMilli() : record.storedAt().hashCode()));
    headers.put(MessageHeaders.CONTENT_TYPE, "application/json");
    var _ =
        publisher.send(
            SUBJECT.with(record.action().word(), about).name(), headers, record.toJson());
  }

  /** The record that this revision of {@code letter} was replayed; empty when it was not. */
  Optional<AuditRecord> replayed(DeadLetterHead letter) {
    return last(AuditRecord.Action.REPLAYED, String.valueOf(letter.id()))
        .flatMap(message -> read(message.getData()))
        .filter(record -> record.isAbout(letter));
  }

  private Optional<MessageInfo> last(AuditRecord.Action action, String about) {
    try {
      return Optional.of(
          broker
              .management()
              .getLastMessage(STREAM.name(), SUBJECT.with(action.word(), about).name()));
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND || Refusals.isNoMessage(e)) {
        return Optional.empty();
      }
      throw LetterStore.unavailable(e);
    } catch (IOException e) {
      throw LetterStore.unavailable(e);
    }
  }

  /** The last {@code limit} records, oldest first. */
  List<AuditRecord> last(int limit) {
    var records = new ArrayDeque<AuditRecord>();
    reader.read(
        STREAM.name(),
        SUBJECT.wildcard(),
        1,
        false,
        (message, origin) -> {
          read(message.getData()).ifPresent(records::add);
          if (records.size() > limit) {
            records.remove();
          }
          return true;
        });
    return new ArrayList<>(records);
  }

  /** The letters that {@code run} has replayed or discarded. */
  Set<Long> lettersOf(String run) {
    var ids = new HashSet<Long>();
    Optional<MessageInfo> begun = last(AuditRecord.Action.RUN_STARTED, run);
    if (begun.isPresent()) {
      reader.read(
          STREAM.name(),
          SUBJECT.wildcard(),
          begun.get().getSeq() + 1,
          false,
          (message, origin) -> {
            read(message.getData())
                .filter(record -> record.run().equals(run) && record.letter() > 0)
                .ifPresent(record -> ids.add(record.letter()));
            return true;
          });
    }
    return ids;
  }

  private Optional<AuditRecord> read(byte @Nullable [] json) {
    if (json == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(AuditRecord.fromJson(json));
    } catch (IllegalArgumentException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("audit record not readable");
      return Optional.empty();
    }
  }
}
