package io.weir.gateway.completion;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.catalogue.Price;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.routing.AutoChoice;
import io.weir.gateway.routing.ProviderGates;
import io.weir.gateway.routing.RetryBudget;
import io.weir.gateway.routing.Routing;
import io.weir.gateway.usage.Budgets;
import io.weir.gateway.usage.CallRecorder;
import io.weir.gateway.usage.MessageAskers;
import io.weir.gateway.usage.ToldCalls;
import io.weir.gateway.usage.UsageSpool;
import io.weir.messaging.PublishFailedException;
import io.weir.platform.access.KeyRecords;
import io.weir.platform.access.StoredKey;
import io.weir.platform.llm.TokenCounter;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.Users;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.proto.v1.LlmUsage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Counting parts for tests that need no server. Nobody is charged. */
public final class Counting {
  /** Somebody whose calls are recorded only. */
  public static final Asker ASKER = new Asker("test", "c-1", "ada", "k", false);

  private static final Price PRICE = Price.of(LocalDate.EPOCH, 3_000, 15_000);

  private Counting() {}

  /** Completions whose usage goes nowhere. */
  public static Completions nothing(Catalogue catalogue, MeterRegistry meters) {
    return completions(
        catalogue,
        routing(),
        meters,
        message -> {
          throw new PublishFailedException("no NATS", null);
        });
  }

  /** Completions that tell {@code told} of each call. */
  public static Completions telling(
      Catalogue catalogue,
      Routing routing,
      MeterRegistry meters,
      CopyOnWriteArrayList<LlmUsage> told) {
    return completions(
        catalogue,
        routing,
        meters,
        message -> {
          told.addAll(ToldCalls.of(message));
          return Optional.of(CompletableFuture.completedFuture(1L));
        });
  }

  /** The same with a cache before them. */
  public static CachedCompletions cached(
      Completions completions,
      Catalogue catalogue,
      AnswerCache.Bounds bounds,
      MeterRegistry meters,
      CopyOnWriteArrayList<LlmUsage> told) {
    Clock clock = Clock.systemUTC();
    return new CachedCompletions(
        completions,
        new AnswerCache(bounds, clock, meters),
        recorder(
            message -> {
              told.addAll(ToldCalls.of(message));
              return Optional.of(CompletableFuture.completedFuture(1L));
            },
            clock),
        catalogue);
  }

  private static Completions completions(
      Catalogue catalogue, Routing routing, MeterRegistry meters, UsageSpool.Sending sending) {
    Clock clock = Clock.systemUTC();
    return new Completions(
        catalogue, routing, new LlmMeters(meters), recorder(sending, clock), budgets(clock));
  }

  private static CallRecorder recorder(UsageSpool.Sending sending, Clock clock) {
    var spool =
        new UsageSpool(
            Path.of("unused"), 1 << 20, Duration.ofSeconds(1), sending, new SimpleMeterRegistry());
    return new CallRecorder(
        spool,
        new ModelTable(List.of(), PRICE),
        new TokenCounter(),
        clock,
        new SimpleMeterRegistry());
  }

  static Routing routing() {
    return routing(
        Map.of(),
        new ProviderGates.Settings(256, Map.of(), Duration.ofSeconds(2), 5, Duration.ofSeconds(5)),
        Clock.systemUTC());
  }

  /** Routing by names, and by aliases. */
  public static Routing routing(
      Map<String, List<String>> aliases, ProviderGates.Settings gates, Clock clock) {
    return new Routing(
        new AutoChoice(new ModelTable(List.of(), PRICE)),
        aliases,
        new ProviderGates(gates, clock, new SimpleMeterRegistry()),
        new RetryBudget(0.2, 20));
  }

  /** Answers that are kept in memory: there is no MongoDB. */
  public static KeptAnswers kept(AnswerShelf shelf, Clock clock) {
    var keys =
        new IdempotencyKeys(
            noMongo(clock),
            new IdempotencyKeys.Settings(Duration.ofHours(1), Duration.ofSeconds(30)),
            clock);
    return new KeptAnswers(
        shelf, keys, () -> false, Duration.ofSeconds(30), Duration.ofMinutes(1), clock);
  }

  /** Who asks by NATS where no key is known. */
  public static MessageAskers askers(Clock clock) {
    return new MessageAskers(
        new KeyRecords() {
          @Override
          public Optional<StoredKey> find(String id) {
            return Optional.empty();
          }

          @Override
          public void used(String id, Instant at) {
            // Nobody looks.
          }
        },
        "local",
        clock);
  }

  private static Mongo noMongo(Clock clock) {
    return new Mongo(
        new MongoSettings("mongodb://127.0.0.1:1", "weir", 1, Duration.ofSeconds(1)), clock);
  }

  private static Budgets budgets(Clock clock) {
    Mongo mongo = noMongo(clock);
    var usage = new Usage(mongo, "llm-gateway", clock);
    return new Budgets(
        usage,
        new Users(mongo, Plan.UNLIMITED),
        new LlmCalls(mongo, usage),
        Budgets.Sizes.DEFAULT,
        () -> false,
        () -> "allowance",
        clock);
  }
}
