package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.JetStreamManagement;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.api.Placement;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.localstack.NatsServer;
import io.weir.messaging.Outcome;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.trace.Tracing;
import io.weir.testsupport.Await;
import io.weir.testsupport.NatsCluster;
import io.weir.testsupport.TestNats;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of three replicas. What differs by the server's version shows on 2.11 and newer only. */
final class ReplicatedIT {
  private static final int MESSAGES = 600;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final SubjectTemplate JOB = new SubjectTemplate("job.{key}");
  private static final SubjectTemplate ANSWER = new SubjectTemplate("answer.{key}");

  @TempDir Path folder;
  private NatsCluster cluster;
  private Messaging messaging;

  @BeforeEach
  void start() throws Exception {
    cluster = NatsCluster.start(folder);
    messaging =
        new Messaging(
            "replicated",
            BrokerSettings.local(cluster.urls()).withReplicas(NatsCluster.SIZE),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    messaging.streams(TestMessaging.WORK_STREAM, TestMessaging.RESULT_STREAM).start();
  }

  @AfterEach
  void stop() {
    messaging.close();
    cluster.close();
  }

  /** Newer servers tell that a pull is over before they send what it brought. */
  @Test
  void undisturbedEachMessageIsDeliveredOnce() throws Exception {
    List<CompletableFuture<Long>> stored = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      stored.add(messaging.publisher().publishAsync(message(WORK.with("k"), "m" + i, "m" + i)));
    }
    CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
    var never = new CountDownLatch(1);
    Map<String, Integer> deliveries = new ConcurrentHashMap<>();
    var consumer =
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery -> {
              deliveries.merge(delivery.messageId(), delivery.deliveries(), Math::max);
              var _ = never.await(ThreadLocalRandom.current().nextInt(5), TimeUnit.MILLISECONDS);
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(20));
    consumer.start();
    Await.until("all of them", Duration.ofSeconds(60), () -> deliveries.size() == MESSAGES);
    consumer.drain(Duration.ofSeconds(5));
    consumer.close();
    assertEquals(
        Map.of(1, (long) MESSAGES),
        deliveries.values().stream()
            .collect(Collectors.groupingBy(count -> count, Collectors.counting())));
  }

  /**
   * As a consumer leaves a message that it passed over: not awaited, and below what it has
   * delivered. A server of the 2.9 line forgets what it awaits at a purge that removes nothing.
   */
  @Test
  void whatNobodyIsKnownToHaveHandledIsHandledAndNotTakenForDone() throws Exception {
    assumeFalse(cluster.members().getFirst().binary().isAtLeast(2, 10));
    Set<String> handled = ConcurrentHashMap.newKeySet();
    passOver(handled);
    Consumer<?> second = consume(handled);
    Await.until("it is handled", Duration.ofSeconds(60), () -> handled.contains("passed"));
    Await.until("an empty work queue", SOON, () -> stored("WORK") == 0);
    assertEquals(Set.of("done", "passed"), handled, "by the id that it always had");
    second.drain(SOON);
    second.close();
  }

  /** Whose server was killed does not matter: what came back is in everyone's stream. */
  @Test
  void aWorkerThatNeverLostItsConnectionLooksForWhatCameBackToo() throws Exception {
    assumeFalse(cluster.members().getFirst().binary().isAtLeast(2, 10));
    Instant connected = Instant.now();
    passOver(ConcurrentHashMap.newKeySet());
    var broker =
        new Broker("looker", BrokerSettings.local(cluster.urls()), new SimpleMeterRegistry());
    broker.start();
    try {
      var leftovers =
          new Leftovers(broker, List.of(ConsumerSpec.of("WORK", "worker")), new OwnSettlements());
      for (int look = 0; look < 6; look++) {
        leftovers.remove(connected);
      }
    } finally {
      broker.close();
    }
    try (var observer = TestNats.connect(cluster.urls())) {
      StreamInfo info = observer.jetStreamManagement().getStreamInfo("WORK");
      assertEquals(1, info.getStreamState().getMsgCount());
      assertEquals(3, info.getStreamState().getFirstSequence(), "a copy and not the second");
    }
  }

  /** One message is done, and the second delivered and forgotten. */
  private void passOver(Set<String> handled) throws Exception {
    Consumer<?> first = consume(handled);
    var _ = messaging.publisher().publish(message(WORK.with("k"), "done", "done"));
    Await.until("the first is done", SOON, () -> stored("WORK") == 0 && handled.size() == 1);
    first.drain(SOON);
    first.close();
    var _ = messaging.publisher().publish(message(WORK.with("k"), "passed", "passed"));
    try (var observer = TestNats.connect(cluster.urls())) {
      JetStreamManagement management = observer.jetStreamManagement();
      var pulls = observer.jetStream().subscribe(null, PullSubscribeOptions.bind("WORK", "worker"));
      assertEquals(1, pulls.fetch(1, SOON).size());
      var _ =
          management.purgeStream("WORK", PurgeOptions.builder().sequence(2).subject(">").build());
      // The replica that leads the consumer may apply the purge after the one that answered it.
      Await.until(
          "nothing is awaited",
          SOON,
          () -> management.getConsumerInfo("WORK", "worker").getNumAckPending() == 0);
    }
    assertEquals(1, stored("WORK"));
  }

  private Consumer<?> consume(Set<String> handled) throws Exception {
    var consumer =
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery -> {
              handled.add(delivery.messageId());
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT);
    consumer.start();
    return consumer;
  }

  /** The stream is known and its only replica is dead, as with a stream without a majority. */
  @Test
  void resultsThatNoStreamAnswersForWaitInHandAndNothingMoreIsPulled() throws Exception {
    NatsServer home = cluster.members().get(0);
    NatsServer away = cluster.members().get(1);
    try (var observer = TestNats.connect(cluster.urls())) {
      JetStreamManagement management = observer.jetStreamManagement();
      keepOnOne(management, home, "JOBS", "job.>", RetentionPolicy.WorkQueue);
      keepOnOne(management, away, "ANSWERS", "answer.>", RetentionPolicy.Limits);
    }
    var near =
        new Messaging(
            "near", BrokerSettings.local(home.url()), new SimpleMeterRegistry(), Clock.systemUTC());
    near.start();
    Map<String, Integer> calls = new ConcurrentHashMap<>();
    var consumer =
        near.consumer(
            ConsumerSpec.of("JOBS", "worker").withAckWait(Duration.ofSeconds(2)),
            CODEC,
            delivery -> {
              calls.merge(delivery.messageId(), 1, Integer::sum);
              return Outcome.done(message(ANSWER.with("k"), "r" + delivery.messageId(), "r"));
            },
            ConsumerOptions.DEFAULT.withConcurrency(4));
    consumer.start();
    away.kill();
    for (int i = 0; i < 40; i++) {
      var _ = near.publisher().publish(message(JOB.with("k"), "m" + i, "m" + i));
    }
    Await.until("a pause", SOON, () -> consumer.checks().getFirst().reason().contains("results"));
    Await.until("more than an ack-wait", SOON, new Passed(Duration.ofSeconds(8)));
    assertTrue(calls.size() <= 4, "in hand: " + calls);
    away.restart();
    Await.until("all answers", Duration.ofSeconds(60), () -> stored("ANSWERS") == 40);
    Await.until("an empty work queue", SOON, () -> stored("JOBS") == 0);
    assertEquals(40, calls.values().stream().mapToInt(n -> n).sum(), "each is handled once");
    consumer.drain(Duration.ofSeconds(5));
    consumer.close();
    near.close();
  }

  /** Long before the time for an acknowledgement is over. */
  @Test
  void aNewLeaderGetsAtOnceWhatTheOldOneLeftUnanswered() throws Exception {
    NatsServer leader = cluster.leaderOf("RESULTS");
    NatsServer other =
        cluster.members().stream().filter(member -> member != leader).findFirst().orElseThrow();
    var meters = new SimpleMeterRegistry();
    var broker = new Broker("publisher", BrokerSettings.local(other.url()), meters);
    broker.start();
    var publisher =
        new Publisher(
            broker,
            new PublishOptions(
                100,
                1 << 20,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                3,
                3,
                CircuitBreaker.Settings.DEFAULT),
            meters,
            new Tracing(OpenTelemetry.noop()),
            Clock.systemUTC());
    publisher.start();
    leader.suspend();
    try {
      List<CompletableFuture<Long>> stored = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        stored.add(publisher.publishAsync(message(RESULT.with("k"), "late" + i, "x")));
      }
      CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new))
          .get(60, TimeUnit.SECONDS);
    } finally {
      leader.resume();
      publisher.close();
      broker.close();
    }
    // The old leader, awake again, may answer for a moment as if it still led.
    Await.until("all are stored", SOON, () -> stored("RESULTS") == 20);
  }

  private record Passed(Duration time, long begun) implements Callable<Boolean> {
    Passed(Duration time) {
      this(time, System.nanoTime());
    }

    @Override
    public Boolean call() {
      return System.nanoTime() - begun > time.toNanos();
    }
  }

  private long stored(String stream) throws Exception {
    try (var observer = TestNats.connect(cluster.urls())) {
      return observer.jetStreamManagement().getStreamInfo(stream).getStreamState().getMsgCount();
    }
  }

  /** A stream of one replica. A machine that stands still may be late with its answer. */
  private static void keepOnOne(
      JetStreamManagement management,
      NatsServer member,
      String name,
      String subjects,
      RetentionPolicy retention)
      throws InterruptedException {
    var stream =
        StreamConfiguration.builder()
            .name(name)
            .subjects(subjects)
            .retentionPolicy(retention)
            .placement(Placement.builder().tags(member.serverName()).build())
            .build();
    var _ = Await.value("stream " + name, SOON, () -> management.addStream(stream));
  }
}
