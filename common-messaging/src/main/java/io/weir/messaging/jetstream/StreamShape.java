package io.weir.messaging.jetstream;

import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.weir.messaging.SubjectTemplate;
import java.time.Duration;
import java.util.List;

/** A {@link StreamSpec} in the words of the server. Pure. */
final class StreamShape {
  /** What a stream keeps for life. */
  static final List<String> FIXED = List.of("storage", "retention");

  /** Largest message of a stream: the server's 1 MiB less what a dead letter adds in headers. */
  private static final int MAX_MESSAGE_BYTES = (1 << 20) - (64 << 10);

  private StreamShape() {}

  /**
   * What {@code spec} asks for, put over {@code base}: what an operator set besides (a description,
   * a placement, another limit) stays. Where a stream is full is the spec's alone, in bytes or in
   * messages; see {@link StreamBound}.
   *
   * @param held what the stream holds now
   */
  static StreamConfiguration over(
      StreamConfiguration base,
      StreamBound.Held held,
      StreamSpec spec,
      int replicas,
      ServerTraits traits) {
    return shaped(
        StreamConfiguration.builder(base),
        StreamBound.over(base, held, spec, traits),
        spec,
        replicas,
        traits);
  }

  static StreamConfiguration of(StreamSpec spec, int replicas, ServerTraits traits) {
    return shaped(
        StreamConfiguration.builder(), StreamBound.of(spec, traits), spec, replicas, traits);
  }

  private static StreamConfiguration shaped(
      StreamConfiguration.Builder builder,
      StreamBound bound,
      StreamSpec spec,
      int replicas,
      ServerTraits traits) {
    return builder
        .name(spec.name())
        .subjects(spec.subjects().stream().map(SubjectTemplate::wildcard).toList())
        .retentionPolicy(
            switch (spec.retention()) {
              case WORK_QUEUE -> RetentionPolicy.WorkQueue;
              case LIMITS -> RetentionPolicy.Limits;
            })
        .discardPolicy(
            switch (spec.whenFull()) {
              case REFUSE_NEW -> DiscardPolicy.New;
              case DROP_OLD -> DiscardPolicy.Old;
            })
        .storageType(
            switch (spec.storage()) {
              case FILE -> StorageType.File;
              case MEMORY -> StorageType.Memory;
            })
        .maxAge(spec.maxAge())
        .maxBytes(bound.bytes())
        .maxMessages(bound.messages())
        .maximumMessageSize(spec.name().equals(LetterStore.STREAM.name()) ? -1 : MAX_MESSAGE_BYTES)
        .duplicateWindow(window(spec, traits))
        .replicas(replicas)
        // Without acknowledgements nobody could tell a stored message from a lost one.
        .noAck(false)
        .build();
  }

  /** The server wants a window no longer than the oldest message. */
  private static Duration window(StreamSpec spec, ServerTraits traits) {
    if (spec.name().equals(LetterStore.STREAM.name()) && !traits.remembersRefused()) {
      return LetterStore.DUPLICATE_WINDOW;
    }
    boolean shorter =
        !spec.maxAge().isZero() && spec.maxAge().compareTo(StreamSpec.DUPLICATE_WINDOW) < 0;
    return shorter ? spec.maxAge() : StreamSpec.DUPLICATE_WINDOW;
  }

  static Drift drift(StreamConfiguration current, StreamConfiguration wanted) {
    return new Drift()
        .compare("storage", current.getStorageType(), wanted.getStorageType())
        .compare("retention", current.getRetentionPolicy(), wanted.getRetentionPolicy())
        .compare("subjects", current.getSubjects(), wanted.getSubjects())
        .compare("discard", current.getDiscardPolicy(), wanted.getDiscardPolicy())
        .compare("max_age", current.getMaxAge(), wanted.getMaxAge())
        .compare("max_bytes", current.getMaxBytes(), wanted.getMaxBytes())
        .compare("max_msgs", current.getMaxMsgs(), wanted.getMaxMsgs())
        .compare("max_msg_size", current.getMaximumMessageSize(), wanted.getMaximumMessageSize())
        .compare("duplicate_window", current.getDuplicateWindow(), wanted.getDuplicateWindow())
        .compare("num_replicas", current.getReplicas(), wanted.getReplicas())
        .compare("no_ack", current.getNoAck(), wanted.getNoAck());
  }
}
