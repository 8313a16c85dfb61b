package io.weir.cli.status;

import io.weir.cli.broker.NatsAccess;
import io.weir.localstack.StackException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.jetstream.OperatorConnection;
import io.weir.messaging.jetstream.StreamStatus;
import io.weir.messaging.runtime.InvalidSettingsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How NATS stands.
 *
 * @param away why it can't be asked; empty when it answered
 * @param streams all but those that hold key-value buckets
 * @param letters dead letters by {@code stream/consumer} and class
 */
record BrokerStatus(
    String away, List<StreamStatus> streams, Map<String, Map<String, Long>> letters) {
  private static final String BUCKET = "KV_";

  BrokerStatus {
    streams = List.copyOf(streams);
  }

  boolean isAway() {
    return !away.isEmpty();
  }

  static BrokerStatus ask(NatsAccess nats) throws InterruptedException {
    try (OperatorConnection operator = nats.open()) {
      List<StreamStatus> streams =
          operator.streams().stream().filter(s -> !s.name().startsWith(BUCKET)).toList();
      return new BrokerStatus("", streams, letters(operator));
    } catch (MessagingException | StackException | InvalidSettingsException e) {
      return new BrokerStatus(String.valueOf(e.getMessage()), List.of(), Map.of());
    }
  }

  private static Map<String, Map<String, Long>> letters(OperatorConnection operator) {
    var counts = new TreeMap<String, Map<String, Long>>();
    try {
      operator
          .deadLetters()
          .browse(
              DeadLetterFilter.ALL,
              head -> {
                counts
                    .computeIfAbsent(
                        head.stream() + "/" + head.consumer(), k -> new LinkedHashMap<>())
                    .merge(head.errorClass(), 1L, Long::sum);
                return true;
              });
    } catch (MessagingException e) {
      // No service has run here yet, so there are none.
      return Map.of();
    }
    return counts;
  }
}
