package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.weir.messaging.DependencyUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the answers to requests come: one subscription, the last token of the reply subject says
 * which request is meant. Shows the server's word that nobody listens, which the client's own
 * requests turn into a cancellation like any other. Thread-safe.
 */
final class ReplyInbox {
  private final Broker broker;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<Message>> waiting = new ConcurrentHashMap<>();
  private volatile @Nullable String prefix;

  ReplyInbox(Broker broker) {
    this.broker = broker;
  }

  void start() {
    Connection connection = broker.connection();
    String inbox = connection.createInbox();
    var _ = connection.createDispatcher().subscribe(inbox + ".*", this::answered);
    prefix = inbox;
  }

  /**
   * Sends a request and waits for the first answer, which may be a status message.
   *
   * @throws TimeoutException when none came within {@code timeout}
   * @throws DependencyUnavailableException when it could not be sent
   */
  Message request(String subject, Headers headers, byte[] payload, Duration timeout)
      throws InterruptedException, TimeoutException {
    if (prefix == null || !broker.connected()) {
      throw new DependencyUnavailableException("nats", "not connected", null);
    }
    long number = numbers.incrementAndGet();
    var answer = new CompletableFuture<Message>();
    waiting.put(number, answer);
    try {
      broker.connection().publish(subject, prefix + "." + number, headers, payload);
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (IllegalStateException e) {
      throw new DependencyUnavailableException("nats", String.valueOf(e.getMessage()), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never completed by an exception", e);
    } finally {
      waiting.remove(number);
    }
  }

  /** Runs on the client's thread. */
  private void answered(Message message) {
    CompletableFuture<Message> answer = waiting.get(PullInboxes.number(message.getSubject()));
    if (answer != null) {
      var _ = answer.complete(message);
    }
  }
}
