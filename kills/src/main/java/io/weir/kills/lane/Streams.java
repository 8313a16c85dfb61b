package io.weir.kills.lane;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.Outgoing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks into the streams of a lane. */
public final class Streams implements AutoCloseable {
  private static final String DEAD_LETTERS = "DEAD_LETTERS";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Connection connection;
  private final JetStreamManagement management;

  /** A stored message, and the id that it was published with. */
  public record Stored(String subject, String id) {}

  Streams(String url) throws IOException, InterruptedException {
    connection = Nats.connect(Options.builder().server(url).connectionTimeout(PATIENCE).build());
    management =
        connection.jetStreamManagement(JetStreamOptions.builder().requestTimeout(PATIENCE).build());
  }

  /** Publishes a message as somebody else. */
  public void publish(Outgoing message) throws IOException, JetStreamApiException {
    var _ =
        connection
            .jetStream()
            .publish(
                NatsMessage.builder()
                    .subject(message.subject().name())
                    .headers(
                        new Headers()
                            .put("Nats-Msg-Id", message.id())
                            .put("Weir-Correlation-Id", message.correlationId())
                            .put("Content-Type", message.contentType())
                            .put("Weir-Message-Type", message.messageType()))
                    .data(message.payload().toByteArray())
                    .build());
  }

  /** The last sequence of each stream. */
  public Map<String, Long> ends() throws IOException, JetStreamApiException {
    var ends = new HashMap<String, Long>();
    for (StreamInfo stream : management.getStreams()) {
      ends.put(stream.getConfiguration().getName(), stream.getStreamState().getLastSequence());
    }
    return ends;
  }

  /** What a stream has got since. */
  public List<Stored> since(Map<String, Long> ends, String stream)
      throws IOException, JetStreamApiException {
    var messages = new ArrayList<Stored>();
    long last = management.getStreamInfo(stream).getStreamState().getLastSequence();
    for (long sequence = ends.getOrDefault(stream, 0L) + 1; sequence <= last; sequence++) {
      MessageInfo message = management.getMessage(stream, sequence);
      Headers headers = message.getHeaders();
      String id = headers == null ? "" : String.valueOf(headers.getFirst("Nats-Msg-Id"));
      messages.add(new Stored(String.valueOf(message.getSubject()), id));
    }
    return messages;
  }

  /** What is not done, or given up: nothing once all work has come to its end. */
  public List<String> leftovers() throws IOException, JetStreamApiException {
    var problems = new ArrayList<String>();
    for (StreamInfo stream : management.getStreams()) {
      String name = stream.getConfiguration().getName();
      long messages = stream.getStreamState().getMsgCount();
      if (messages > 0
          && (name.equals(DEAD_LETTERS)
              || stream.getConfiguration().getRetentionPolicy() == RetentionPolicy.WorkQueue)) {
        problems.add("%d messages in %s".formatted(messages, name));
      }
      for (ConsumerInfo consumer : management.getConsumers(name)) {
        long open = consumer.getNumPending() + consumer.getNumAckPending();
        if (open > 0) {
          problems.add("%d messages of %s in hand".formatted(open, consumer.getName()));
        }
      }
    }
    return problems;
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
  }
}
