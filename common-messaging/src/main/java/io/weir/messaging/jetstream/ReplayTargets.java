package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.SubjectPattern;
import io.weir.messaging.deadletter.DeadLetterHead;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where letters go when they are published again, looked up once for many letters. Not thread-safe:
 * one for each run.
 */
final class ReplayTargets {
  /** A letter can't be published again as it is. */
  static final class NoTargetException extends Exception {
    private static final long serialVersionUID = 1;

    NoTargetException(String reason) {
      super(reason);
    }
  }

  /**
   * Where a letter goes.
   *
   * @param stream that stores its subject
   * @param duplicateWindow of that stream
   * @param onlyFor {@code stream/consumer} that may take it; empty is everybody
   */
  record Target(String stream, Duration duplicateWindow, Optional<String> onlyFor) {}

  private static final int NOT_FOUND = 404;

  private final JetStreamManagement management;
  private final Map<String, Optional<StreamConfiguration>> streams = new HashMap<>();
  private final Map<String, Optional<String>> filters = new HashMap<>();
  private final Map<String, Long> lastSequences = new HashMap<>();

  ReplayTargets(Broker broker) {
    this.management = broker.management();
  }

  /**
   * The target of {@code letter}. A message that only its consumer may take is published only where
   * that consumer gets it: all others would skip it, and on a work queue it would be gone.
   *
   * @throws NoTargetException when nobody would get it; says what to do
   */
  Target of(DeadLetterHead letter) throws NoTargetException {
    if (letter.subject().isEmpty()) {
      throw new NoTargetException("its subject is not known; give it one: edit --subject");
    }
    String name =
        streamOf(letter)
            .orElseThrow(
                () -> new NoTargetException("no stream stores its subject " + letter.subject()));
    StreamConfiguration stream =
        stream(name).orElseThrow(() -> new NoTargetException("stream " + name + " is gone"));
    Duration window = Objects.requireNonNullElse(stream.getDuplicateWindow(), Duration.ZERO);
    if (name.equals(letter.stream()) && consumerGets(letter)) {
      return new Target(name, window, Optional.of(letter.stream() + "/" + letter.consumer()));
    }
    if (letter.revision() > 0) {
      // Sent elsewhere on purpose: for whoever reads there.
      return new Target(name, window, Optional.empty());
    }
    throw new NoTargetException(
        "consumer %s of %s would not get %s: it is gone or reads other subjects; edit --subject sends the letter elsewhere"
            .formatted(letter.consumer(), letter.stream(), letter.subject()));
  }

  /** Largest message that the target's stream takes, headers included; -1 is no limit. */
  int mostBytes(Target target) {
    return stream(target.stream()).map(StreamConfiguration::getMaximumMessageSize).orElse(-1);
  }

  /** A sequence of {@code stream} that is in use now. */
  long lastSequence(String stream) {
    Long known = lastSequences.get(stream);
    if (known == null) {
      known = info(stream).map(i -> i.getStreamState().getLastSequence()).orElse(0L);
      lastSequences.put(stream, known);
    }
    return known;
  }

  /** JetStream has just given this sequence to one of our messages. */
  void stored(String stream, long sequence) {
    lastSequences.merge(stream, sequence, Math::max);
  }

  private Optional<String> streamOf(DeadLetterHead letter) {
    Optional<StreamConfiguration> own =
        letter.stream().isEmpty() ? Optional.empty() : stream(letter.stream());
    if (own.isPresent() && stores(own.get(), letter.subject())) {
      return Optional.of(letter.stream());
    }
    try {
      List<String> names = management.getStreamNames(letter.subject());
      return names.stream().findFirst();
    } catch (IOException | JetStreamApiException e) {
      throw unavailable(e);
    }
  }

  private static boolean stores(StreamConfiguration stream, String subject) {
    return stream.getSubjects().stream().anyMatch(p -> new SubjectPattern(p).matches(subject));
  }

  private boolean consumerGets(DeadLetterHead letter) {
    String key = letter.stream() + "/" + letter.consumer();
    Optional<String> filter = filters.get(key);
    if (filter == null) {
      filter = filter(letter);
      filters.put(key, filter);
    }
    return filter.isPresent()
        && List.of(filter.get().split(" ", -1)).stream()
            .anyMatch(p -> new SubjectPattern(p).matches(letter.subject()));
  }

  /** The subjects that the letter's consumer reads; empty when there is no such consumer. */
  private Optional<String> filter(DeadLetterHead letter) {
    if (letter.consumer().isEmpty()) {
      return Optional.empty();
    }
    try {
      List<String> filters =
          management
              .getConsumerInfo(letter.stream(), letter.consumer())
              .getConsumerConfiguration()
              .getFilterSubjects();
      return Optional.of(filters == null || filters.isEmpty() ? ">" : String.join(" ", filters));
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Optional<StreamConfiguration> stream(String name) {
    Optional<StreamConfiguration> known = streams.get(name);
    if (known == null) {
      known = info(name).map(StreamInfo::getConfiguration);
      streams.put(name, known);
    }
    return known;
  }

  private Optional<StreamInfo> info(String name) {
    try {
      return Optional.of(management.getStreamInfo(name));
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (IOException | IllegalArgumentException e) {
      throw unavailable(e);
    }
  }

  private static DependencyUnavailableException unavailable(Exception e) {
    return LetterStore.unavailable(e);
  }
}
