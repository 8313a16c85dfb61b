package io.weir.platform.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.Subject;
import io.weir.messaging.trace.Tracing;
import io.weir.platform.Store;
import io.weir.testsupport.Await;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OutboxIT {
  private static final Duration AGE = Duration.ofSeconds(5);

  private final Ticking clock = new Ticking();
  private final FakeBroker broker = new FakeBroker();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final StoreServer on;
  private Store store;
  private Outbox outbox;
  private Sweeper sweeper;

  OutboxIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on);
    outbox = new Outbox(store.mongo, broker::publish, clock, meters);
    sweeper = sweeper(2);
  }

  @AfterEach
  void stop() {
    sweeper.close();
    store.close();
  }

  @Test
  void anEventThatIsPublishedAtOnceLeavesItsDocument() throws Exception {
    Outgoing event = event("a");
    accept("jobs", "a", event);
    assertEquals(new Sent.Published(List.of(1L)), outbox.publish("jobs", "a", event));
    assertEquals(List.of(), unsent("jobs", "a"));
    clock.forward(AGE);
    assertEquals(0, sweeper.sweep());
    assertEquals(List.of(event), broker.stored());
  }

  @Test
  void anEventThatTheBrokerMissedIsSweptAsItWas() throws Exception {
    Outgoing event = event("a");
    accept("jobs", "a", event);
    broker.away = true;
    assertInstanceOf(Sent.Waiting.class, outbox.publish("jobs", "a", event));
    clock.forward(AGE);
    assertThrows(PublishFailedException.class, sweeper::sweep);
    assertEquals(List.of("a"), unsent("jobs", "a"));
    broker.away = false;
    assertEquals(1, sweeper.sweep());
    assertEquals(List.of(event), broker.stored());
    assertEquals(List.of(), unsent("jobs", "a"));
  }

  @Test
  void aSweptEventGoesOnWithTheTraceThatItWasMadeIn() throws Exception {
    Map<String, String> trace =
        Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    Document document =
        Tracing.resumed(
            trace, () -> new Document("_id", "a").append(Outbox.FIELD, outbox.embed(event("a"))));
    store.mongo.first(store.mongo.collection("jobs").insertOne(document));
    clock.forward(AGE);
    assertEquals(1, sweeper.sweep());
    assertEquals(List.of(trace), broker.traces);
  }

  @Test
  void anEventWhosePublisherDiedIsSweptOnceItIsOld() throws Exception {
    accept("jobs", "a", event("a"));
    assertEquals(0, sweeper.sweep());
    clock.forward(AGE);
    assertEquals(1, sweeper.sweep());
  }

  @Test
  void aCrashBetweenPublishAndUnsetPublishesTheSameIdAgain() throws Exception {
    Outgoing event = event("a");
    accept("jobs", "a", event);
    long _ = broker.publish(event); // and died here
    clock.forward(AGE);
    assertEquals(1, sweeper.sweep());
    assertEquals(2, broker.attempts.size());
    assertEquals(List.of(event), broker.stored());
  }

  @Test
  void allPagesOfAllCollectionsAreSweptInTheOrderOfTheirEvents() throws Exception {
    for (int i = 0; i < 5; i++) {
      accept("jobs", "j" + i, event("j" + i + "-1"), event("j" + i + "-2"));
    }
    accept("crumbs", 7L, event("crumb"));
    clock.forward(AGE);
    assertEquals(11, sweeper.sweep());
    assertEquals(
        List.of(
            "j0-1", "j0-2", "j1-1", "j1-2", "j2-1", "j2-2", "j3-1", "j3-2", "j4-1", "j4-2",
            "crumb"),
        broker.attempts);
  }

  @Test
  void eventsThatAreRefusedForGoodHoldUpNoOtherAndAreTriedOnce() throws Exception {
    for (String id : List.of("a", "b", "c", "d")) {
      accept("jobs", id, event(id));
    }
    broker.refused.addAll(List.of("a", "b", "c"));
    clock.forward(AGE);
    assertEquals(1, sweeper.sweep());
    assertEquals(0, sweeper.sweep());
    assertEquals(3, meters.get("weir.outbox.refused").counter().count());
    assertEquals(List.of(), unsent("jobs", "a"));
    Document kept =
        store.find("jobs", "a").orElseThrow().getList(Outbox.REFUSED, Document.class).getFirst();
    assertEquals("a", kept.getString("id"));
    assertEquals("too large", kept.getString("reason"));
  }

  @Test
  void aNewDocumentIsStoredOnceWithItsEvent() throws Exception {
    Outgoing event = event("a");
    var document = new Document("_id", "a").append("n", 1);
    assertEquals(
        Optional.of(new Sent.Published(List.of(1L))), outbox.insert("jobs", document, event));
    assertEquals(Optional.empty(), outbox.insert("jobs", document.append("n", 2), event));
    assertEquals(1, store.find("jobs", "a").orElseThrow().getInteger("n"));
    assertEquals(List.of(), unsent("jobs", "a"));
    broker.away = true;
    assertInstanceOf(
        Sent.Waiting.class,
        outbox.insert("jobs", new Document("_id", "b"), event("b")).orElseThrow());
    assertEquals(List.of("b"), unsent("jobs", "b"));
  }

  @Test
  void ofANewDocumentWhoseEventIsTooLargeNothingStays() throws Exception {
    broker.refused.add("a");
    assertThrows(
        InvalidMessageException.class,
        () -> outbox.insert("jobs", new Document("_id", "a"), event("a")));
    assertEquals(Optional.empty(), store.find("jobs", "a"));
    clock.forward(AGE);
    assertEquals(0, sweeper.sweep());
    assertEquals(0, meters.get("weir.outbox.refused").counter().count());
  }

  @Test
  void anEventAddedToAStoredDocumentIsKeptBesideTheOthers() throws Exception {
    accept("jobs", "a", event("a"));
    store.mongo.first(
        store.mongo.collection("jobs").updateOne(new Document("_id", "a"), outbox.add(event("b"))));
    assertEquals(List.of("a", "b"), unsent("jobs", "a"));
    assertEquals(new Sent.Published(List.of(1L)), outbox.publish("jobs", "a", event("b")));
    assertEquals(List.of("a"), unsent("jobs", "a"));
  }

  @Test
  void theRunningSweeperSweepsByItself() throws Exception {
    accept("jobs", "a", event("a"));
    clock.forward(AGE);
    sweeper.start();
    Await.until("the event", Duration.ofSeconds(10), () -> broker.stored().size() == 1);
    sweeper.drain(Duration.ofSeconds(5));
    accept("jobs", "b", event("b"));
    clock.forward(AGE);
    assertEquals(List.of("b"), unsent("jobs", "b"));
  }

  private Sweeper sweeper(int page) {
    return new Sweeper(
        store.mongo,
        outbox,
        clock,
        new Sweeper.Settings(Duration.ofMillis(20), AGE, page),
        List.of("jobs", "crumbs"));
  }

  private void accept(String collection, Object id, Outgoing... events) throws Exception {
    store.insert(collection, new Document("_id", id).append(Outbox.FIELD, outbox.embed(events)));
  }

  private List<String> unsent(String collection, Object id) throws Exception {
    return store.find(collection, id).orElseThrow().getList(Outbox.FIELD, Document.class).stream()
        .map(event -> event.getString("id"))
        .toList();
  }

  private static Outgoing event(String id) {
    return new Outgoing(
        new Subject("review.jobs.normal.review"),
        id,
        ByteString.copyFrom(new byte[] {0, -1, 7}),
        "application/x-protobuf",
        "weir.v1.ReviewJob",
        "corr-" + id);
  }

  /** Stores a message id once, as JetStream does. */
  private static final class FakeBroker {
    private final Map<String, Outgoing> messages = new LinkedHashMap<>();
    private final List<String> attempts = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final List<Map<String, String>> traces = new ArrayList<>();
    private boolean away;

    synchronized long publish(Outgoing message) {
      if (away) {
        throw new PublishFailedException("not connected", null);
      }
      if (refused.contains(message.id())) {
        throw new InvalidMessageException("too large");
      }
      attempts.add(message.id());
      traces.add(Tracing.captured());
      messages.putIfAbsent(message.id(), message);
      return messages.size();
    }

    synchronized List<Outgoing> stored() {
      return List.copyOf(messages.values());
    }
  }
}
