package io.weir.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.messaging.runtime.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GatewayConfigTest {
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void keptAnswersShareTheMemoryThatIsGivenToThem() {
    GatewayConfig config = read(Map.of("CACHE_SIZE_MB", "10"));

    assertEquals(5 * MEBIBYTE, config.cache().bytes());
    assertEquals(5 * MEBIBYTE, config.limits().storedAnswerBytes());
  }

  @Test
  void eachMayHaveItsOwn() {
    GatewayConfig config = read(Map.of("CACHE_SIZE_MB", "10", "ANSWER_CACHE_MEMORY", "0"));

    assertEquals(0, config.cache().bytes());
    assertEquals(5 * MEBIBYTE, config.limits().storedAnswerBytes());
  }

  private static GatewayConfig read(Map<String, String> environment) {
    SettingsReader settings = SettingsReader.of(environment);
    GatewayConfig config = GatewayConfig.read(settings);
    settings.check();
    return config;
  }
}
