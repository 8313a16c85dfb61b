package io.weir.messaging.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SettingsReaderTest {
  @Test
  void theEnvironmentGoesBeforeTheFileAndTheFileBeforeTheDefault() {
    var settings = new SettingsReader(Map.of("A", "env"), Map.of("A", "file", "B", "file"));
    assertEquals("env", settings.text("A", "default", ""));
    assertEquals("file", settings.text("B", "default", ""));
    assertEquals("default", settings.text("C", "default", ""));
    settings.check();
  }

  @Test
  void allProblemsAreReportedTogetherEachWithNameValueAndWish() {
    var settings =
        new SettingsReader(Map.of("WAIT", "10", "PORT", "99999", "MODE", "loud"), Map.of());
    settings.duration("WAIT", Duration.ofSeconds(2), Duration.ZERO, Duration.ofMinutes(1), "");
    settings.port("PORT", 80, "");
    settings.choice("MODE", "text", List.of("text", "json"), "");
    var refused = assertThrows(InvalidSettingsException.class, settings::check);
    assertEquals(
        List.of(
            "WAIT: got \"10\", wants a duration from 0s to 1m such as 500ms, 10s, 5m",
            "PORT: got \"99999\", wants a whole number from 0 to 65535",
            "MODE: got \"loud\", wants one of text, json"),
        refused.problems());
  }

  @Test
  void aMisspeltSettingInTheFileIsRefusedWithAGuess() {
    var settings = new SettingsReader(Map.of(), Map.of("NATS_URI", "x"));
    settings.text("NATS_URL", "", "");
    var refused = assertThrows(InvalidSettingsException.class, settings::check);
    assertTrue(
        refused.problems().toString().contains("did you mean NATS_URL?"),
        refused.problems()::toString);
  }

  @Test
  void secretsAndCredentialsInUrlsAreNeverShown() {
    var settings =
        new SettingsReader(
            Map.of("KEY", "hunter2", "URL", "mongodb://me:hunter2@host/db"), Map.of());
    assertEquals("hunter2", settings.secret("KEY", "").orElseThrow().reveal());
    assertEquals("mongodb://me:hunter2@host/db", settings.text("URL", "", ""));
    assertFalse(settings.settings().toString().contains("hunter2"), settings.settings()::toString);
  }

  @Test
  void unitsAreReadAndShown() {
    var settings = new SettingsReader(Map.of("D", "1500ms", "B", "2MiB"), Map.of());
    assertEquals(
        Duration.ofMillis(1500),
        settings.duration("D", Duration.ZERO, Duration.ZERO, Duration.ofHours(1), ""));
    assertEquals(2L << 20, settings.bytes("B", 0, 0, Long.MAX_VALUE, ""));
    assertEquals("90s", Units.show(Duration.ofSeconds(90)));
    assertEquals("2m", Units.show(Duration.ofMinutes(2)));
    assertEquals("3d", Units.show(Duration.ofDays(3)));
    assertEquals("64MiB", Units.showBytes(64 << 20));
    assertEquals("1000B", Units.showBytes(1_000));
    assertEquals("0B", Units.showBytes(0));
  }

  @Test
  void nothingNeedsNoUnitAndAllElseDoes() {
    assertEquals(Optional.of(0L), Units.bytes("0"));
    assertEquals(Optional.of(Duration.ZERO), Units.duration("0"));
    assertEquals(Optional.empty(), Units.bytes("64"));
    assertEquals(Optional.empty(), Units.duration("30"));
  }
}
