package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.RESULT_STREAM;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.WORK_STREAM;
import static io.weir.messaging.jetstream.TestMessaging.message;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.localstack.NatsServer;
import io.weir.messaging.MessagingException;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import io.weir.testsupport.TcpProxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A worker with default settings and a backlog, which consumes and publishes through a line that
 * can be broken, before a server that can be killed or frozen; measures how soon it goes on once
 * that is over.
 */
final class RecoveryCourse implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BACKLOG = 4_000;
  private static final Duration STEADY = Duration.ofSeconds(1);

  final NatsServer server;
  final TcpProxy line;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Messaging feeder;
  private final Messaging messaging;
  private final Consumer<?> consumer;
  private final ConcurrentLinkedQueue<Long> begun = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> published = new ConcurrentLinkedQueue<>();
  private final AtomicInteger redelivered = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Something that goes wrong, or is mended. */
  @FunctionalInterface
  interface Step {
    void run(RecoveryCourse course) throws Exception;
  }

  /**
   * How it went.
   *
   * @param consuming from the end of the fault to the first handler that began
   * @param publishing from the end of the fault to the first publish that was acknowledged
   * @param gap the longest time without a handler that began in the second that followed
   */
  record Recovery(
      String fault,
      Duration outage,
      Duration consuming,
      Duration publishing,
      Duration gap,
      int reconnects,
      int redelivered) {
    @Override
    public String toString() {
      return "%-34s %3d s: consuming %5d ms, publishing %5d ms, gap %4d ms, reconnects %d, redelivered %d"
          .formatted(
              fault,
              outage.toSeconds(),
              consuming.toMillis(),
              publishing.toMillis(),
              gap.toMillis(),
              reconnects,
              redelivered);
    }
  }

  RecoveryCourse(Path folder) throws Exception {
    server = NatsServer.start(folder);
    line = TcpProxy.to(server.port());
    feeder = messaging(server.url(), new SimpleMeterRegistry());
    feeder.streams(WORK_STREAM, RESULT_STREAM).start();
    for (int i = 0; i < BACKLOG; i++) {
      var _ = feeder.publisher().publishAsync(message(WORK.with("k"), "w" + i, "w" + i));
    }
    feeder.drain(PATIENCE);
    messaging = messaging("nats://127.0.0.1:" + line.port(), meters);
    consumer =
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery -> {
              begun.add(System.nanoTime());
              if (delivery.deliveries() > 1) {
                redelivered.incrementAndGet();
              }
              var _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT);
    consumer.start();
    Thread.ofVirtual().start(this::publish);
  }

  private static Messaging messaging(String url, SimpleMeterRegistry meters)
      throws InterruptedException {
    var messaging = new Messaging("recovery", BrokerSettings.local(url), meters, Clock.systemUTC());
    messaging.start();
    return messaging;
  }

  private void publish() {
    try {
      for (int i = 0; !over.await(20, TimeUnit.MILLISECONDS); i++) {
        try {
          var _ =
              messaging
                  .publisher()
                  .tryPublishAsync(message(RESULT.with("k"), "r" + i, "r" + i))
                  .map(stored -> stored.thenAccept(n -> published.add(System.nanoTime())));
        } catch (MessagingException e) {
          // Away: that is what is measured.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Breaks, waits for {@code outage}, heals, and measures. */
  Recovery run(String fault, Duration outage, Step breaks, Step heals) throws Exception {
    Await.until("work and results", PATIENCE, () -> begun.size() > 100 && published.size() > 10);
    breaks.run(this);
    var _ = over.await(outage.toMillis(), TimeUnit.MILLISECONDS);
    heals.run(this);
    long healed = System.nanoTime();
    long consumed = Await.value("work", PATIENCE, () -> firstAfter(healed, begun));
    long stored = Await.value("results", PATIENCE, () -> firstAfter(healed, published));
    var _ = over.await(STEADY.toMillis(), TimeUnit.MILLISECONDS);
    return new Recovery(
        fault,
        outage,
        Duration.ofNanos(consumed - healed),
        Duration.ofNanos(stored - healed),
        longestGap(consumed, consumed + STEADY.toNanos()),
        (int) meters.get("weir.nats.reconnects").counter().count(),
        redelivered.get());
  }

  private static @Nullable Long firstAfter(long moment, Iterable<Long> times) {
    long first = Long.MAX_VALUE;
    for (long time : times) {
      if (time - moment >= 0) {
        first = Math.min(first, time);
      }
    }
    return first == Long.MAX_VALUE ? null : first;
  }

  private Duration longestGap(long from, long until) {
    List<Long> times = new ArrayList<>(begun);
    times.removeIf(time -> time - from < 0 || time - until > 0);
    times.sort(null);
    long last = from;
    long longest = 0;
    for (long time : times) {
      longest = Math.max(longest, time - last);
      last = time;
    }
    return Duration.ofNanos(Math.max(longest, until - last));
  }

  @Override
  public void close() throws Exception {
    over.countDown();
    line.restore();
    consumer.drain(Duration.ofSeconds(1));
    consumer.close();
    messaging.close();
    feeder.close();
    line.close();
    server.close();
  }
}
