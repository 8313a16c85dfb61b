package io.weir.gateway.config;

import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.http.HttpSettings;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.work.IdempotencyKeys;
import java.time.Duration;
import java.util.List;

/**
 * All that the gateway can be told.
 *
 * @param providers in order of preference; empty means that only {@code offline} answers
 * @param timeOuts of providers that have none of their own
 * @param limits what is taken in at once
 * @param access who is let in by HTTP
 * @param mongo where API keys are looked up and calls are counted
 * @param once how long answers are kept for their keys in MongoDB
 * @param routing how providers are held to their limits
 * @param usage how calls are counted and what they cost
 * @param tools that the gateway has executed for models
 */
public record GatewayConfig(
    List<ProviderConfig> providers,
    TimeOuts timeOuts,
    Limits limits,
    HttpSettings http,
    AccessSettings access,
    BrokerSettings broker,
    MongoSettings mongo,
    IdempotencyKeys.Settings once,
    UsageConfig usage,
    RoutingConfig routing,
    Cache cache,
    ToolsConfig tools) {
  private static final int DEFAULT_BODY_BYTES = 32 << 20;

  public GatewayConfig {
    providers = List.copyOf(providers);
  }

  /**
   * The bounds of what is taken in.
   *
   * @param durableConcurrent durable requests in hand at once
   * @param durableAckWait after so long without a sign of life a durable request is another's
   * @param storedAnswerBytes memory for answers kept for their idempotency keys
   * @param storedAnswerAge how long such an answer is kept
   */
  public record Limits(
      int durableConcurrent,
      Duration durableAckWait,
      long storedAnswerBytes,
      Duration storedAnswerAge) {}

  /**
   * The bounds of answers that are given again.
   *
   * @param bytes of all together; 0 for none
   * @param entries most of them
   * @param age of the oldest
   */
  public record Cache(long bytes, int entries, Duration age) {}

  public static GatewayConfig read(SettingsReader settings) {
    TimeOuts timeOuts = TimeOuts.read(settings);
    long half = memory(settings) / 2;
    List<ProviderConfig> providers = Providers.read(settings, timeOuts);
    HttpSettings http = HttpSettings.read(settings, DEFAULT_BODY_BYTES);
    return new GatewayConfig(
        providers,
        timeOuts,
        limits(settings, half),
        http,
        AccessSettings.read(settings),
        BrokerSettings.read(settings),
        MongoSettings.read(settings),
        IdempotencyKeys.Settings.read(settings),
        UsageConfig.read(settings),
        RoutingConfig.read(settings, providers, http.maxConcurrent()),
        cache(settings, half),
        ToolsConfig.read(settings));
  }

  /** The longest that a durable request may take: with tools, a last call begins at the end. */
  public Duration longestAnswer() {
    return tools.tools().isEmpty() ? longestCall() : longestCall().multipliedBy(2);
  }

  /** The longest that a call to a provider may take. */
  public Duration longestCall() {
    return providers.stream()
        .map(provider -> provider.timeOuts().total())
        .max(Duration::compareTo)
        .orElse(timeOuts.total());
  }

  /** For answers in memory; the two shelves share it unless they are told otherwise. */
  private static long memory(SettingsReader settings) {
    int mebibytes =
        settings.integer(
            "CACHE_SIZE_MB",
            64,
            0,
            8 << 10,
            "MiB of memory for kept answers: half is ANSWER_CACHE_MEMORY, half IDEMPOTENCY_MEMORY");
    return (long) mebibytes << 20;
  }

  private static Cache cache(SettingsReader settings, long bytes) {
    return new Cache(
        settings.bytes(
            "ANSWER_CACHE_MEMORY",
            bytes,
            0,
            8L << 30,
            "memory for answers that requests with x-weir-cache may get again; 0 for none"),
        settings.integer("ANSWER_CACHE_ENTRIES", 10_000, 1, 10_000_000, "most such answers"),
        settings.duration(
            "ANSWER_CACHE_AGE",
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofDays(30),
            "how long such an answer is given again"));
  }

  private static Limits limits(SettingsReader settings, long memory) {
    return new Limits(
        settings.integer("MAX_CONCURRENT", 10, 1, 10_000, "durable requests in hand at once"),
        settings.duration(
            "LLM_ACK_WAIT",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            "time after which a killed gateway's durable requests are taken over"),
        settings.bytes(
            "IDEMPOTENCY_MEMORY",
            memory,
            0,
            8L << 30,
            "memory for answers kept for their idempotency keys"),
        settings.duration(
            "IDEMPOTENCY_AGE",
            Duration.ofHours(1),
            Duration.ZERO,
            Duration.ofDays(7),
            "how long an answer is kept for its idempotency key"));
  }
}
