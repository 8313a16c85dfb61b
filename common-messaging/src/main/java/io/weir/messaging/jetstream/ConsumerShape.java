package io.weir.messaging.jetstream;

import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.weir.messaging.SubjectTemplate;
import java.time.Duration;
import java.util.List;

/**
 * A {@link ConsumerSpec} in the words of the server. Pure.
 *
 * <p>Deliveries are not limited by the server: a work-queue message past its limit would stay
 * stored and show in no count. Nor has it a back-off list, which would replace the ack-wait.
 */
final class ConsumerShape {
  /** What a consumer keeps for life; one that is pushed to can't be pulled from. */
  static final List<String> FIXED = List.of("deliver_policy", "ack_policy", "deliver_subject");

  private ConsumerShape() {}

  /** As {@link StreamShape#over}. */
  static ConsumerConfiguration over(ConsumerConfiguration base, ConsumerSpec spec) {
    return over(ConsumerConfiguration.builder(base), spec);
  }

  static ConsumerConfiguration of(ConsumerSpec spec) {
    return over(ConsumerConfiguration.builder(), spec);
  }

  private static ConsumerConfiguration over(
      ConsumerConfiguration.Builder builder, ConsumerSpec spec) {
    return builder
        .durable(spec.durable())
        .deliverSubject(null)
        .ackPolicy(AckPolicy.Explicit)
        .ackWait(spec.ackWait())
        .backoff(new Duration[0])
        .maxDeliver(-1)
        .maxAckPending(spec.maxAckPending())
        .deliverPolicy(
            switch (spec.startAt()) {
              case ALL -> DeliverPolicy.All;
              case NEW -> DeliverPolicy.New;
            })
        .filterSubjects(spec.filters().stream().map(SubjectTemplate::wildcard).toList())
        .build();
  }

  static Drift drift(ConsumerConfiguration current, ConsumerConfiguration wanted) {
    return new Drift()
        .compare("deliver_policy", current.getDeliverPolicy(), wanted.getDeliverPolicy())
        .compare("ack_policy", current.getAckPolicy(), wanted.getAckPolicy())
        .compare("deliver_subject", current.getDeliverSubject(), wanted.getDeliverSubject())
        .compare("ack_wait", current.getAckWait(), wanted.getAckWait())
        .compare("backoff", current.getBackoff(), wanted.getBackoff())
        .compare("max_deliver", current.getMaxDeliver(), wanted.getMaxDeliver())
        .compare("max_ack_pending", current.getMaxAckPending(), wanted.getMaxAckPending())
        .compare("filter_subject", current.getFilterSubjects(), wanted.getFilterSubjects());
  }
}
