package io.weir.enricher.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Charge;
import io.weir.platform.work.Outbox;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreDatabase;
import io.weir.testsupport.StoreServer;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class RequestStoreIT {
  private static final PackKey KEY = new PackKey("campaign", "c", "de-DE");
  private static final Charge CHARGE =
      new Charge("ch", "local", YearMonth.of(2026, 11), "enricher-service", "r", 100);

  private final StoreDatabase database;
  private final Mongo mongo;
  private final AtomicInteger published = new AtomicInteger();
  private final RequestStore requests;

  RequestStoreIT(StoreServer on) {
    database = on.database();
    mongo =
        new Mongo(
            new MongoSettings(database.uri(), database.name(), 10, Duration.ofSeconds(5)),
            Clock.systemUTC());
    requests =
        new RequestStore(
            mongo,
            new Outbox(
                mongo,
                message -> published.incrementAndGet(),
                Clock.systemUTC(),
                new SimpleMeterRegistry()),
            Clock.systemUTC());
  }

  @BeforeEach
  void start() throws InterruptedException {
    mongo.start();
  }

  @AfterEach
  void stop() {
    mongo.close();
    database.close();
  }

  @Test
  void aRequestIsStoredAndPublishedOnce() throws Exception {
    AcceptedRequest first = requests.accept("r", KEY, message("first"), CHARGE);
    assertEquals(first, requests.accept("r", KEY, message("second"), CHARGE));
    assertEquals("first", requests.find("r").orElseThrow().correlationId());
    assertEquals(1, published.get());
  }

  @Test
  void whatIsDoneIsNotFailedLater() throws Exception {
    var _ = requests.accept("r", KEY, message("c"), CHARGE);
    requests.done("r", "p");
    requests.failed("r", "too late");
    AcceptedRequest found = requests.find("r").orElseThrow();
    assertEquals(AcceptedRequest.Status.DONE, found.status());
    assertEquals("", found.error());
  }

  @Test
  void whatHasFailedIsNotDoneLater() throws Exception {
    var _ = requests.accept("r", KEY, message("c"), CHARGE);
    requests.failed("r", "given up");
    requests.done("r", "p");
    AcceptedRequest found = requests.find("r").orElseThrow();
    assertEquals(AcceptedRequest.Status.FAILED, found.status());
    assertEquals("given up", found.error());
  }

  private static ContextEnrichRequest message(String correlationId) {
    return ContextEnrichRequest.newBuilder()
        .setCampaignId("c")
        .setLocale("de-DE")
        .setCorrelationId(correlationId)
        .build();
  }
}
