package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.messaging.Outcome;
import io.weir.messaging.SubjectTemplate;
import io.weir.testsupport.Await;
import io.weir.testsupport.PromtoolCheck;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
final class ConsumerWatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** A minute ahead of the server, so that ages are at least that. */
  private final Clock ahead = Clock.fixed(Instant.now().plusSeconds(60), ZoneOffset.UTC);

  private ConsumerWatch watch(ConsumerSpec... specs) throws InterruptedException {
    var broker = new Broker("watch", BrokerSettings.local(nats.server.url()), meters);
    nats.started(
        new io.weir.messaging.runtime.Component() {
          @Override
          public void start() throws InterruptedException {
            broker.start();
          }

          @Override
          public void close() {
            broker.close();
          }
        });
    var watch = new ConsumerWatch(broker, meters, ahead, Duration.ofHours(1));
    for (ConsumerSpec spec : specs) {
      watch.add(spec);
    }
    return watch;
  }

  private double of(String name, String consumer) {
    return meters.get(name).tag("consumer", consumer).gauge().value();
  }

  @Test
  void lagIsTheAgeOfTheOldestMessageThatIsNotAcknowledged() throws Exception {
    var release = new CountDownLatch(1);
    nats.publish("first", "first");
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              if (delivery.payload().getValue().equals("first")) {
                release.await();
              }
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT));
    ConsumerWatch watch = watch(SPEC);
    Await.until("the first in hand", PATIENCE, () -> nats.ackPending() == 1);
    for (int i = 0; i < 20; i++) {
      nats.publish("m" + i, "m" + i);
    }
    Await.until("the others done", PATIENCE, () -> nats.stored("WORK") == 1);
    watch.look();
    assertEquals(0, of("weir.consumer.pending", "worker"));
    assertEquals(1, of("weir.consumer.ack.pending", "worker"));
    assertTrue(of("weir.consumer.waiting.pulls", "worker") > 0);
    assertTrue(of("weir.consumer.lag", "worker") > 50, "held by the one in hand");
    assertEquals(1, meters.get("weir.stream.messages").tag("stream", "WORK").gauge().value());
    assertTrue(meters.get("weir.stream.size").tag("stream", "WORK").gauge().value() > 0);
    release.countDown();
    Await.until("all done", PATIENCE, () -> nats.stored("WORK") == 0);
    watch.look();
    assertEquals(0, of("weir.consumer.lag", "worker"));
    assertEquals(0, of("weir.consumer.ack.pending", "worker"));
  }

  @Test
  void messagesThatTheFilterLeavesOutAreNoLag() throws Exception {
    var spec = ConsumerSpec.of("RESULTS", "picky").filteredBy(new SubjectTemplate("result.wanted"));
    nats.started(
        nats.messaging.consumer(spec, CODEC, delivery -> Outcome.done(), ConsumerOptions.DEFAULT));
    ConsumerWatch watch = watch(spec);
    nats.messaging.publisher().publish(message(RESULT.with("other"), "a", "v"));
    watch.look();
    assertEquals(0, of("weir.consumer.lag", "picky"));
    assertEquals(0, of("weir.consumer.pending", "picky"));
  }

  @Test
  void whatCanNotBeLearnedIsNotANumber() throws Exception {
    ConsumerWatch watch = watch(ConsumerSpec.of("WORK", "nobody"));
    watch.look();
    assertTrue(Double.isNaN(of("weir.consumer.lag", "nobody")));
    nats.publish("m", "m");
    watch.look();
    assertEquals(1, meters.get("weir.stream.messages").tag("stream", "WORK").gauge().value());
    nats.observer.jetStreamManagement().deleteStream("WORK");
    watch.look();
    assertTrue(
        Double.isNaN(meters.get("weir.stream.messages").tag("stream", "WORK").gauge().value()));
  }

  @Test
  void allThatMessagingMeasuresIsCleanAndSettlementsAreCounted() throws Exception {
    Messaging messaging =
        nats.started(
            new Messaging(
                "measured", BrokerSettings.local(nats.server.url()), meters, Clock.systemUTC()));
    nats.started(
        messaging.consumer(
            SPEC,
            CODEC,
            delivery ->
                switch (delivery.payload().getValue() + delivery.deliveries()) {
                  case "dead1" -> Outcome.dead("hopeless");
                  case "later1" -> Outcome.handBack("busy", Duration.ofMillis(100));
                  default -> Outcome.done();
                },
            ConsumerOptions.DEFAULT));
    for (String value : List.of("good", "dead", "later")) {
      messaging.publisher().publish(message(TestMessaging.WORK.with("k"), value, value));
    }
    Await.until("settlement", PATIENCE, () -> nats.stored("WORK") == 0);
    Await.until("acks", PATIENCE, () -> settled(meters, "ack") == 2);
    assertEquals(1, settled(meters, "nak"));
    assertEquals(1, settled(meters, "term"));
    assertEquals(
        1, meters.get("weir.messages.dead.lettered").tag("class", "dead").counter().count());
    String page = meters.scrape();
    assertEquals(List.of(), PromtoolCheck.findings(page), page);
    assertTrue(page.contains("weir_consumer_lag_seconds{"), page);
  }

  private static double settled(MeterRegistry meters, String how) {
    return meters.get("weir.messages.settled").tag("settlement", how).counter().count();
  }
}
