package io.weir.platform.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Outgoing;
import io.weir.messaging.Subject;
import io.weir.platform.Store;
import io.weir.platform.mongo.Documents;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Accepting work as the services do it, killed before and after each call to the store and the
 * broker: one document, one event id and one answer, whenever the client tries again.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CutOffRequestIT {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration AGE = Duration.ofSeconds(5);
  // Before and after each of: begin, insert, publish, forget the event, keep the answer.
  private static final int POINTS = 10;
  private static final ByteString BODY = ByteString.copyFromUtf8("{\"file\":\"a.py\"}");

  private final Ticking clock = new Ticking();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Store store;
  private Set<String> published = Set.of();
  private String key = "";

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(IdempotencyKeys.indexes());
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void whereverItIsCutOffTheNextTryMakesOneEffect() throws Exception {
    int points = 0;
    while (!killedAt(points, Integer.MAX_VALUE)) {
      points++;
    }
    assertEquals(POINTS, points);
  }

  @Test
  void theSecondTryMayBeCutOffAnywhereToo() throws Exception {
    for (int first = 0; first < POINTS; first++) {
      int second = 0;
      while (!killedAt(first, second)) {
        second++;
      }
      assertTrue(second > 0, "the second try does something after the first died at " + first);
    }
  }

  /** Whether the last try that could be killed was not. */
  private boolean killedAt(int first, int second) throws Exception {
    key = "key-" + first + "-" + second;
    published = new LinkedHashSet<>();
    var firstLife = new Fuse(first);
    boolean survived = firstLife.survived(() -> accept(firstLife));
    if (second < Integer.MAX_VALUE) {
      clock.forward(LEASE);
      var secondLife = new Fuse(second);
      survived = secondLife.survived(() -> accept(secondLife));
    }
    clock.forward(LEASE);
    IdempotentAnswer answer = accept(Fuse.none()).orElseThrow();
    assertEquals(Optional.of(answer), accept(Fuse.none()), "answered the same again");

    clock.forward(AGE);
    outboxSwept();
    String made = answer.body().toStringUtf8();
    List<Document> jobs = store.mongo.all(store.mongo.collection("jobs").find());
    assertEquals(List.of(made), jobs.stream().map(job -> job.getString("_id")).toList());
    assertEquals(List.of(), jobs.getFirst().getList(Outbox.FIELD, Document.class));
    assertEquals(Set.of(made), published);
    store.mongo.first(store.mongo.collection("jobs").deleteMany(new Document()));
    return survived;
  }

  private Optional<IdempotentAnswer> accept(Fuse fuse) throws InterruptedException {
    Documents documents = fuse.on(store.mongo);
    var keys =
        new IdempotencyKeys(
            documents, new IdempotencyKeys.Settings(Duration.ofHours(24), LEASE), clock);
    var outbox = new Outbox(documents, fuse.on(this::published), clock, meters);
    return switch (keys.begin(new RequestKey("ann", "POST /jobs", key), BODY)) {
      case Idempotency.New(var ticket) -> {
        String id = ticket.workId();
        var _ = outbox.insert("jobs", new Document("_id", id), event(id));
        var receipt = new IdempotentAnswer(202, Map.of(), ByteString.copyFromUtf8(id));
        yield Optional.of(keys.answered(ticket, receipt));
      }
      case Idempotency.Stored(var _, var answer) -> Optional.of(answer);
      case Idempotency.Running() -> Optional.empty();
      case Idempotency.OtherRequest() -> throw new AssertionError("it is the same request");
    };
  }

  private void outboxSwept() throws InterruptedException {
    var outbox = new Outbox(store.mongo, this::published, clock, meters);
    var settings = new Sweeper.Settings(AGE, AGE, 10);
    int _ = new Sweeper(store.mongo, outbox, clock, settings, List.of("jobs")).sweep();
  }

  private long published(Outgoing message) {
    published.add(message.id());
    return published.size();
  }

  private static Outgoing event(String id) {
    return new Outgoing(
        new Subject("review.jobs.normal.review"),
        id,
        ByteString.copyFromUtf8(id),
        "application/x-protobuf",
        "weir.v1.ReviewJob",
        "c");
  }
}
