package io.weir.review.config;

import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.http.HttpSettings;
import io.weir.platform.http.LiveSettings;
import io.weir.platform.llm.LlmSettings;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.UsageSettings;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Sweeper;

/** All settings of the worker, one record a concern. */
public record WorkerConfig(
    ReviewSettings review,
    HttpSettings http,
    LiveSettings live,
    AccessSettings access,
    BrokerSettings broker,
    MongoSettings mongo,
    LlmSettings llm,
    Sweeper.Settings sweeper,
    UsageSettings usage,
    IdempotencyKeys.Settings once) {
  // A file of 50 KiB can be six times as long in JSON's escapes, and a log comes with it.
  private static final int LONGEST_BODY = 1 << 20;

  public static WorkerConfig read(SettingsReader settings) {
    return new WorkerConfig(
        ReviewSettings.read(settings),
        HttpSettings.read(settings, LONGEST_BODY),
        LiveSettings.read(settings),
        AccessSettings.read(settings),
        BrokerSettings.read(settings),
        MongoSettings.read(settings),
        LlmSettings.read(settings),
        Sweeper.Settings.read(settings),
        UsageSettings.read(settings),
        IdempotencyKeys.Settings.read(settings));
  }
}
