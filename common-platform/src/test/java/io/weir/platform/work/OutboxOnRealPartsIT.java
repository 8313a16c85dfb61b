package io.weir.platform.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.platform.Store;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Streams;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.ReviewJob;
import io.weir.testsupport.Await;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OutboxOnRealPartsIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void workAcceptedWhileTheBrokerIsDownIsDeliveredOnceWhenItIsBack(@TempDir Path data)
      throws Exception {
    var meters = new SimpleMeterRegistry();
    try (var store = Store.start();
        var nats = NatsServer.start(data)) {
      var messaging =
          new Messaging("test", BrokerSettings.local(nats.url()), meters, Clock.systemUTC());
      var outbox =
          new Outbox(store.mongo, messaging.publisher()::publish, Clock.systemUTC(), meters);
      var sweeper =
          new Sweeper(
              store.mongo,
              outbox,
              Clock.systemUTC(),
              new Sweeper.Settings(Duration.ofMillis(100), Duration.ZERO, 10),
              List.of("jobs"));
      var delivered = new CopyOnWriteArrayList<String>();
      var consumer =
          messaging.consumer(
              ConsumerSpec.of(Streams.REVIEW_JOBS.name(), "test"),
              Codecs.REVIEW_JOB,
              delivery -> {
                delivered.add(delivery.payload().getJobId());
                return Outcome.done();
              },
              ConsumerOptions.DEFAULT);
      try {
        messaging.start();
        messaging.streams(Streams.REVIEW_JOBS).start();
        consumer.start();

        assertEquals(new Sent.Published(List.of(1L)), accept(outbox, "a"));

        nats.kill();
        Await.until(
            "the loss of the broker to be noticed",
            SOON,
            () -> "disconnected".equals(messaging.facts().get("nats")));
        assertInstanceOf(Sent.Waiting.class, accept(outbox, "b"));
        sweeper.start();
        nats.restart();

        Await.until("the swept job", SOON, () -> delivered.contains("b"));
        Await.until("the outbox to be empty", SOON, () -> unsent(store, "b").isEmpty());
        assertEquals(List.of("a", "b"), delivered);
      } finally {
        sweeper.drain(Duration.ofSeconds(5));
        consumer.drain(Duration.ofSeconds(5));
        consumer.close();
        messaging.close();
      }
    }
  }

  @Test
  void whatIsTooLargeForTheBrokerIsNotStored(@TempDir Path data) throws Exception {
    var meters = new SimpleMeterRegistry();
    var options = NatsServerOptions.in(data).withExtraConfig("max_payload: 4KB");
    try (var store = Store.start();
        var nats = NatsServer.start(options)) {
      var messaging =
          new Messaging("test", BrokerSettings.local(nats.url()), meters, Clock.systemUTC());
      var outbox =
          new Outbox(store.mongo, messaging.publisher()::publish, Clock.systemUTC(), meters);
      try {
        messaging.start();
        messaging.streams(Streams.REVIEW_JOBS).start();
        var large =
            new Outgoing(
                Subjects.reviewJob("normal", "review"),
                "large",
                ByteString.copyFrom(new byte[8 * 1024]),
                "application/x-protobuf",
                "weir.v1.ReviewJob",
                "c");
        assertThrows(
            InvalidMessageException.class,
            () -> outbox.insert("jobs", new Document("_id", "large"), large));
        assertEquals(0, store.mongo.first(store.mongo.collection("jobs").countDocuments()).get());
        assertEquals(new Sent.Published(List.of(1L)), accept(outbox, "small"));
      } finally {
        messaging.close();
      }
    }
  }

  private static Sent accept(Outbox outbox, String id) throws InterruptedException {
    var job = ReviewJob.newBuilder().setJobId(id).setUserId("u").setJobType("review").build();
    Outgoing event =
        Outgoing.of(Subjects.reviewJob("normal", "review"), id, Codecs.REVIEW_JOB, job, id);
    return outbox.insert("jobs", new Document("_id", id), event).orElseThrow();
  }

  private static List<Document> unsent(Store store, String id) throws InterruptedException {
    return store.find("jobs", id).orElseThrow().getList(Outbox.FIELD, Document.class);
  }
}
