package io.weir.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.runtime.InvalidSettingsException;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.access.TrustedProxies;
import io.weir.platform.http.HttpSettings;
import io.weir.platform.llm.LlmSettings;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Plan;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Sweeper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void defaultsAreThoseOfOneMachine() {
    var settings = SettingsReader.of(Map.of());
    assertEquals(
        new MongoSettings("mongodb://127.0.0.1:27017", "weir", 10, Duration.ofSeconds(10)),
        MongoSettings.read(settings));
    assertEquals(
        new LlmSettings(
            "http://127.0.0.1:3000/v1",
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(5),
            Duration.ofMinutes(2),
            Duration.ofSeconds(30)),
        LlmSettings.read(settings));
    assertEquals(
        new HttpSettings(
            1 << 20, Duration.ofSeconds(60), Duration.ofMinutes(2), 512, Duration.ofSeconds(2)),
        HttpSettings.read(settings, 1 << 20));
    assertEquals(
        new Sweeper.Settings(Duration.ofSeconds(5), Duration.ofSeconds(5), 100),
        Sweeper.Settings.read(settings));
    assertEquals(
        new IdempotencyKeys.Settings(Duration.ofHours(24), Duration.ofSeconds(30)),
        IdempotencyKeys.Settings.read(settings));
    assertEquals(
        new AccessSettings(
            false,
            Optional.empty(),
            false,
            TrustedProxies.NONE,
            30,
            Plan.LITE,
            new AccessSettings.KeyTimes(Duration.ofSeconds(10), Duration.ofMinutes(5))),
        AccessSettings.read(settings));
    settings.check();
  }

  @Test
  void keysAreAskedForWhenTheSettingSaysSo() {
    var settings =
        SettingsReader.of(
            Map.of("HTTP_AUTH", "Keys", "HTTP_TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1"));
    AccessSettings access = AccessSettings.read(settings);
    settings.check();
    assertTrue(access.asks() && access.keys() && access.tokens().isEmpty());
    assertEquals(2, access.proxies().networks().size());
  }

  @Test
  void wrongValuesAreNamedAllTogetherAndThePasswordIsNotShown() {
    var settings =
        SettingsReader.of(
            Map.of(
                "MONGODB_URI", "postgres://ada:hunter2@db",
                "MAX_DB_CONNECTIONS", "0",
                "HTTP_AUTH", "on",
                "HTTP_TRUSTED_PROXIES", "proxy.example",
                "API_KEY_CACHE", "1h",
                "LLM_BASE_URL", "gateway:3000"));
    MongoSettings.read(settings);
    LlmSettings.read(settings);
    AccessSettings.read(settings);
    var thrown = assertThrows(InvalidSettingsException.class, settings::check);
    String message = String.valueOf(thrown.getMessage());
    for (String name :
        new String[] {
          "MONGODB_URI",
          "MAX_DB_CONNECTIONS",
          "LLM_BASE_URL",
          "HTTP_AUTH",
          "HTTP_TRUSTED_PROXIES",
          "API_KEY_CACHE"
        }) {
      assertTrue(message.contains(name), message);
    }
    assertFalse(message.contains("hunter2"), message);
  }

  @Test
  void aLoginAtMongoIsWholeAndInOnePlace() {
    var whole =
        SettingsReader.of(Map.of("MONGODB_USER", "ada", "MONGODB_PASSWORD", "correct horse"));
    MongoSettings read = MongoSettings.read(whole);
    whole.check();
    assertEquals("ada", read.login().orElseThrow().user());
    assertFalse(read.toString().contains("horse"), read.toString());
    for (Map<String, String> wrong :
        List.of(
            Map.of("MONGODB_USER", "ada"),
            Map.of("MONGODB_PASSWORD", "x"),
            Map.of(
                "MONGODB_URI",
                "mongodb://eve:x@db",
                "MONGODB_USER",
                "ada",
                "MONGODB_PASSWORD",
                "x"),
            Map.of("MONGODB_TLS_CA_FILE", "/nowhere/ca.pem"),
            Map.of("MONGODB_URI", "db:27017"))) {
      var settings = SettingsReader.of(wrong);
      var _ = MongoSettings.read(settings);
      assertThrows(InvalidSettingsException.class, settings::check, wrong::toString);
    }
  }
}
