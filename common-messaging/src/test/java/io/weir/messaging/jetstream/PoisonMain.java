package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;

import com.google.protobuf.StringValue;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What 5 % of poison costs the good messages: runs with and without it take turns, and the median
 * of their ratios is printed. Both have the same number of good ones. Arguments: rounds, good
 * messages.
 */
final class PoisonMain {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ONE_IN = 20;

  /** How a message is poisoned. */
  enum Kind {
    UNDECODABLE,
    DEAD_AT_ONCE,
    DEAD_AFTER_WORK
  }

  private final TestMessaging nats;
  private final int good;
  private int runs;

  private PoisonMain(TestMessaging nats, int good) {
    this.nats = nats;
    this.good = good;
  }

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    int good = args.length > 1 ? Integer.parseInt(args[1]) : 4_000;
    Path folder = Files.createTempDirectory("poison");
    var nats = new TestMessaging(folder);
    var bench = new PoisonMain(nats, good);
    var _ = bench.run(null, 100, 1);
    var _ = bench.run(Kind.DEAD_AT_ONCE, 100, 1);
    for (int concurrency : new int[] {10, 100}) {
      for (int handler : new int[] {1, 5}) {
        for (Kind kind : Kind.values()) {
          bench.compare(kind, concurrency, handler, rounds);
        }
      }
    }
    nats.stop();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void compare(Kind kind, int concurrency, int handler, int rounds) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> clean = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      // Turn about, so that what drifts hits both.
      double with = i % 2 == 0 ? run(kind, concurrency, handler) : 0;
      double without = run(null, concurrency, handler);
      with = i % 2 == 0 ? with : run(kind, concurrency, handler);
      ratios.add(with / without);
      clean.add(without);
    }
    System.out.printf(
        Locale.ROOT,
        "POISON %-15s concurrency %3d, handler %d ms: %.3f of %.0f/s clean (%s)%n",
        kind,
        concurrency,
        handler,
        median(ratios),
        median(clean),
        ratios.stream().map("%.3f"::formatted).toList());
  }

  /** Good messages a second. */
  private double run(@org.jspecify.annotations.Nullable Kind kind, int concurrency, int handler)
      throws Exception {
    int run = runs++;
    for (int i = 0; i < good; i++) {
      send(run + "-" + i, "good");
      if (kind != null && i % ONE_IN == ONE_IN / 2) {
        send(run + "-p" + i, kind == Kind.UNDECODABLE ? "" : "poison");
      }
    }
    nats.messaging.drain(PATIENCE);
    var done = new AtomicInteger();
    var over = new CountDownLatch(1);
    long begun = System.nanoTime();
    Consumer<?> consumer =
        nats.messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery -> work(delivery, kind, handler, done, over),
            ConsumerOptions.DEFAULT.withConcurrency(concurrency));
    consumer.start();
    if (!over.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("only " + done.get() + " of " + good + " were handled");
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    Await.until("settlement", PATIENCE, () -> nats.stored("WORK") == 0);
    consumer.drain(Duration.ofSeconds(5));
    consumer.close();
    return good / seconds;
  }

  private void send(String id, String value) throws InterruptedException {
    if (value.isEmpty()) {
      // The publisher would refuse it, which is a message that breaks its contract.
      nats.observer.publish("work.k", new byte[] {(byte) 0xff});
      return;
    }
    var _ = nats.messaging.publisher().publishAsync(message(WORK.with("k"), id, value));
  }

  private Outcome work(
      Delivery<StringValue> delivery,
      @org.jspecify.annotations.Nullable Kind kind,
      int handler,
      AtomicInteger done,
      CountDownLatch over)
      throws InterruptedException {
    boolean poison = delivery.payload().getValue().equals("poison");
    if (!poison || kind == Kind.DEAD_AFTER_WORK) {
      var _ = new CountDownLatch(1).await(handler, TimeUnit.MILLISECONDS);
    }
    if (poison) {
      return Outcome.dead("poison");
    }
    if (done.incrementAndGet() == good) {
      over.countDown();
    }
    return Outcome.done();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
