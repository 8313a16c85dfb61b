package io.weir.faults.stage;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.weir.faults.worker.Work;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks at the streams by a connection of its own, with the NATS client alone: what is under test
 * takes no part in the looking. Its methods may be called by one thread at a time.
 */
public final class Observer implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration CATCHES_UP = Duration.ofSeconds(45);
  private static final int NO_CONSUMER = 10014;

  private final Connection connection;

  Observer(String url) throws IOException, InterruptedException {
    this.connection =
        Nats.connect(
            new Options.Builder()
                .servers(url.split(",", -1))
                .connectionName("observer")
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(100))
                .errorListener(new ErrorListener() {})
                .build());
  }

  /** For faults that are made by JetStream's own API. */
  public JetStreamManagement management() throws IOException {
    return connection.jetStreamManagement();
  }

  public Connection connection() {
    return connection;
  }

  public Queue queue() throws IOException, JetStreamApiException {
    JetStreamManagement management = management();
    long stored = management.getStreamInfo(Work.STREAM).getStreamState().getMsgCount();
    try {
      ConsumerInfo consumer = management.getConsumerInfo(Work.STREAM, Work.CONSUMER);
      return new Queue(stored, consumer.getNumPending(), consumer.getNumAckPending());
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == NO_CONSUMER) {
        return new Queue(stored, stored, 0);
      }
      throw e;
    }
  }

  /**
   * By message id, how often the result stream holds its result. A copy of the stream that was away
   * may be behind for a while, and the one that answers here may be that copy; one that stays
   * behind is an error.
   */
  public Map<String, Integer> results()
      throws IOException, JetStreamApiException, InterruptedException {
    long last = management().getStreamInfo(Work.RESULTS).getStreamState().getLastSequence();
    long deadline = System.nanoTime() + CATCHES_UP.toNanos();
    while (true) {
      var results = new HashMap<String, Integer>();
      long read = read(last, results);
      if (read >= last) {
        return results;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("results end at %d of %d".formatted(read, last));
      }
    }
  }

  /** Reads up to {@code last}, or until nothing comes; returns the sequence of the last one. */
  private long read(long last, Map<String, Integer> results)
      throws IOException, JetStreamApiException, InterruptedException {
    if (management().getStreamInfo(Work.RESULTS).getStreamState().getMsgCount() == 0) {
      return last;
    }
    JetStreamSubscription subscription =
        connection
            .jetStream()
            .subscribe(
                ">",
                PushSubscribeOptions.builder().stream(Work.RESULTS)
                    .ordered(true)
                    .configuration(ConsumerConfiguration.builder().headersOnly(true).build())
                    .build());
    try {
      long sequence = 0;
      while (sequence < last) {
        Message message = subscription.nextMessage(ANSWER);
        if (message == null) {
          return sequence;
        }
        sequence = message.metaData().streamSequence();
        String id = String.valueOf(message.getHeaders().getFirst("Nats-Msg-Id"));
        results.merge(Work.idOfResult(id), 1, Integer::sum);
      }
      return sequence;
    } finally {
      subscription.unsubscribe();
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
