package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamState;
import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.TailListener;
import io.weir.messaging.Tailed;
import io.weir.messaging.flow.PullState.Answer;
import io.weir.messaging.runtime.Component;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a stream without consuming it, from the moment it starts or from a place in it: every
 * process that has one hears everything, in order and once, and hands it out to whomever it likes.
 * One consumer that lives in the server's memory is enough for a whole process. Whenever there is
 * doubt (a message skipped, a silence, a connection that was lost) another is made that begins
 * after the last message that came, so that an outage loses nothing that the stream still has.
 */
public final class StreamTail<T> implements Component {
  private static final String ALL = ">";
  private static final int BATCH = 500;
  private static final int MAX_BYTES = 8 << 20;
  private static final Duration EXPIRES = Duration.ofSeconds(30);
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Duration SILENCE = HEARTBEAT.multipliedBy(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration AGAIN_AFTER = Duration.ofMillis(250);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Logger log = LoggerFactory.getLogger(StreamTail.class);
  private final Broker broker;
  private final String stream;
  private final String filter;
  private final Codec<T> codec;
  private final TailListener<T> listener;
  private final byte[] request;
  private final CountDownLatch followed = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean doubtful;
  private volatile @Nullable Thread thread;

  /** The sequence that comes next; 0 before it is known. */
  private long next;

  /** Of all that comes from its start on. */
  StreamTail(Broker broker, String stream, Codec<T> codec, TailListener<T> listener) {
    this(broker, stream, ALL, 0, codec, listener);
  }

  /**
   * @param filter the subject that is meant
   * @param from the sequence to begin at; 0 for what comes from its start on
   */
  StreamTail(
      Broker broker,
      String stream,
      String filter,
      long from,
      Codec<T> codec,
      TailListener<T> listener) {
    this.broker = broker;
    this.stream = stream;
    this.filter = filter;
    this.next = from;
    this.codec = codec;
    this.listener = listener;
    this.request =
        "{\"batch\":%d,\"expires\":%d,\"max_bytes\":%d,\"idle_heartbeat\":%d}"
            .formatted(BATCH, EXPIRES.toNanos(), MAX_BYTES, HEARTBEAT.toNanos())
            .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns once the stream is followed: what is published from then on is heard. */
  @Override
  public void start() throws InterruptedException {
    broker.onDisconnected(() -> doubtful = true);
    broker.onResubscribed(() -> doubtful = true);
    thread = Thread.ofVirtual().name("tail-" + stream).start(this::run);
    followed.await();
  }

  /** Returns once nothing is heard any more, or after 5 s. */
  @Override
  public void close() {
    closing.countDown();
    Thread running = thread;
    if (running != null && !running.equals(Thread.currentThread())) {
      running.interrupt();
      try {
        var _ = running.join(CLOSING);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try {
      do {
        try {
          follow();
        } catch (IOException
            | JetStreamApiException
            | DependencyUnavailableException
            | IllegalStateException e) {
          log.atDebug()
              .addKeyValue("stream", stream)
              .addKeyValue("reason", e.getMessage())
              .log("stream not followed");
        } catch (RuntimeException e) {
          log.atWarn().addKeyValue("stream", stream).setCause(e).log("tail failed, going on");
        }
      } while (!closing.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until there is doubt. */
  private void follow() throws IOException, JetStreamApiException, InterruptedException {
    doubtful = false;
    JetStreamManagement management = broker.management();
    boolean lost = find(management.getStreamInfo(stream).getStreamState());
    ConsumerInfo consumer =
        management.addOrUpdateConsumer(stream, StreamReader.looking(next, filter).build());
    Connection connection = broker.connection();
    Subscription answers = connection.subscribe(connection.createInbox());
    try {
      listener.following(lost);
      followed.countDown();
      try {
        pull(connection, answers, consumer.getName());
      } finally {
        listener.interrupted();
      }
    } finally {
      leave(answers, management, consumer.getName());
    }
  }

  /**
   * Finds the place to go on from in a stream as it is now.
   *
   * @return whether something is gone that nobody has heard
   */
  private boolean find(StreamState state) {
    long last = state.getLastSequence();
    long first = state.getMsgCount() == 0 ? last + 1 : state.getFirstSequence();
    if (next == 0) {
      next = last + 1;
      return false;
    }
    boolean another = next > last + 1;
    if (!filter.equals(ALL)) {
      // Other subjects have their share of what is gone, so that only its reader can tell a loss.
      next = another ? first : next;
      return another;
    }
    boolean lost = another || next < first;
    if (lost) {
      log.atWarn()
          .addKeyValue("stream", stream)
          .addKeyValue("next", next)
          .addKeyValue("first", first)
          .addKeyValue("last", last)
          .log("messages are gone that the tail has not heard");
      next = another ? last + 1 : first;
    }
    return lost;
  }

  private void pull(Connection connection, Subscription answers, String consumer)
      throws InterruptedException {
    String subject = "$JS.API.CONSUMER.MSG.NEXT.%s.%s".formatted(stream, consumer);
    long expected = 1;
    boolean more = true;
    while (more) {
      connection.publish(subject, answers.getSubject(), request);
      long end = expected + BATCH;
      boolean over = false;
      while (more && !over) {
        Message message = heard(answers);
        if (message == null) {
          more = false;
        } else if (message.isStatusMessage()) {
          if (PullStatus.isFull(message.getStatus())) {
            continue; // counted, and asked for more, already
          }
          Answer answer = PullStatus.of(message.getStatus());
          over = answer == Answer.NOTHING_MORE || answer == Answer.TOO_LARGE;
          more = over || answer == Answer.HEARTBEAT;
        } else if (AckReply.consumerSequence(message.getReplyTo()) != expected) {
          more = false;
        } else {
          hand(message);
          over = ++expected == end;
        }
      }
    }
  }

  /** Null when it is not sure any more that something would be heard. */
  private @Nullable Message heard(Subscription answers) throws InterruptedException {
    long begun = System.nanoTime();
    while (!doubtful && System.nanoTime() - begun < SILENCE.toNanos()) {
      Message message = answers.nextMessage(LOOK_EVERY);
      if (message != null) {
        return message;
      }
    }
    return null;
  }

  private void hand(Message message) {
    AckReply origin = AckReply.parse(message.getReplyTo());
    next = origin.sequence() + 1;
    StreamHistory.read(message, origin, codec, log).ifPresent(this::tell);
  }

  private void tell(Tailed<T> message) {
    try {
      listener.message(message);
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("stream", stream).setCause(e).log("listener failed, going on");
    }
  }

  private void leave(Subscription answers, JetStreamManagement management, String consumer) {
    try {
      answers.unsubscribe();
      if (broker.answers()) {
        var _ = management.deleteConsumer(stream, consumer);
      }
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      // It goes by itself when nobody has asked it for a while.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("tail's consumer not removed");
    }
  }
}
