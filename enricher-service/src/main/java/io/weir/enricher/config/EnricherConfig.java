package io.weir.enricher.config;

import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.http.HttpSettings;
import io.weir.platform.llm.LlmSettings;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Prices;
import io.weir.platform.usage.UsageSettings;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Sweeper;

/** All settings of the service. */
public record EnricherConfig(
    BrokerSettings broker,
    MongoSettings mongo,
    LlmSettings llm,
    HttpSettings http,
    AccessSettings access,
    Sweeper.Settings sweeper,
    IdempotencyKeys.Settings once,
    UsageSettings usage,
    Prices prices,
    SearchSettings search,
    EnrichSettings enrich) {
  private static final int MAX_BODY = 256 * 1024;

  /** Reads them; problems stay with {@code settings}, which reports them together. */
  public static EnricherConfig read(SettingsReader settings) {
    return new EnricherConfig(
        BrokerSettings.read(settings),
        MongoSettings.read(settings),
        LlmSettings.read(settings),
        HttpSettings.read(settings, MAX_BODY),
        AccessSettings.read(settings),
        Sweeper.Settings.read(settings),
        IdempotencyKeys.Settings.read(settings),
        UsageSettings.read(settings),
        Prices.read(settings),
        SearchSettings.read(settings),
        EnrichSettings.read(settings));
  }
}
