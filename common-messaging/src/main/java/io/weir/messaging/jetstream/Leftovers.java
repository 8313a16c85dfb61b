package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.PurgeOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamInfo;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a killed server has brought back. A server of the 2.9 line that is killed keeps the
 * acknowledgements of a work queue, but not always the removal of the messages they were for: these
 * are in the stream again, are given to nobody and show in no count of the consumer ({@code
 * BoundIT} shows it; 2.10.27 and 2.15.1 heal themselves). Everything up to the acknowledgement
 * floor of the one consumer of its subject is acknowledged, so it may go; and when no
 * acknowledgement is awaited, everything that was delivered (the floor itself can stay behind after
 * a kill). What was delivered and not acknowledged survives a kill as awaited, and is not touched.
 *
 * <p>Not touched: a stream whose last sequence is below what its consumer has seen, now or at any
 * earlier look. Such a stream was restored from an older state, and what it holds below the floor
 * may never have been delivered. Used by one thread at a time.
 */
final class Leftovers {
  private final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private final Broker broker;
  private final List<ConsumerSpec> specs;
  private boolean restored;

  Leftovers(Broker broker, List<ConsumerSpec> specs) {
    this.broker = broker;
    this.specs = List.copyOf(specs);
  }

  /**
   * Looks at the streams and removes what is left over. What the server does not answer is left to
   * the next time.
   */
  void remove() {
    try {
      String version = broker.connection().getServerInfo().getVersion();
      if (ServerVersion.parse(version).map(one -> one.isAtLeast(2, 10, 0)).orElse(true)) {
        return;
      }
      JetStreamManagement management = broker.management();
      for (ConsumerSpec spec : specs) {
        remove(management, spec);
      }
    } catch (IOException | JetStreamApiException | DependencyUnavailableException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("leftovers not looked for");
    }
  }

  private void remove(JetStreamManagement management, ConsumerSpec spec)
      throws IOException, JetStreamApiException {
    StreamInfo stream = management.getStreamInfo(spec.stream());
    ConsumerInfo consumer = management.getConsumerInfo(spec.stream(), spec.durable());
    if (stream.getConfiguration().getRetentionPolicy() != RetentionPolicy.WorkQueue) {
      return;
    }
    if (stream.getStreamState().getLastSequence() < consumer.getDelivered().getStreamSequence()) {
      if (!restored) {
        log.atWarn()
            .addKeyValue("stream", spec.stream())
            .addKeyValue("consumer", spec.durable())
            .addKeyValue("last", stream.getStreamState().getLastSequence())
            .addKeyValue("delivered", consumer.getDelivered().getStreamSequence())
            .log("the consumer is ahead of its stream, which seems to be restored");
      }
      restored = true;
    }
    long floor =
        consumer.getNumAckPending() == 0
            ? consumer.getDelivered().getStreamSequence()
            : consumer.getAckFloor().getStreamSequence();
    long first = stream.getStreamState().getFirstSequence();
    boolean any = stream.getStreamState().getMsgCount() > 0 && first <= floor;
    if (restored || !any) {
      return;
    }
    long removed = 0;
    for (String subject : spec.wildcards()) {
      removed +=
          management
              .purgeStream(
                  spec.stream(),
                  PurgeOptions.builder().sequence(floor + 1).subject(subject).build())
              .getPurged();
    }
    if (removed > 0) {
      log.atWarn()
          .addKeyValue("stream", spec.stream())
          .addKeyValue("messages", removed)
          .log("removed acknowledged messages that a restart of the server had brought back");
    }
  }
}
