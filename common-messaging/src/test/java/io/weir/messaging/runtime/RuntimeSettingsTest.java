package io.weir.messaging.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.5", "weir.example"})
  void anAddressThatOthersCanReachIsForServicesThatAskWhoIsThere(String host) {
    var settings = read(Map.of("HTTP_HOST", host));
    assertTrue(settings.refusal(true).orElse("").contains("ALLOW_UNAUTHENTICATED"), host);
    assertTrue(settings.refusal(true).orElse("").contains("HTTP_AUTH"), host);
    assertTrue(settings.refusal(false).isEmpty());
    assertTrue(
        read(Map.of("HTTP_HOST", host, "ALLOW_UNAUTHENTICATED", "true")).refusal(true).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "[::1]"})
  void thisMachinesOwnAddressIsForAll(String host) {
    assertTrue(read(Map.of("HTTP_HOST", host)).refusal(true).isEmpty());
  }

  @Test
  void aSettingThatTwoPartsReadIsNamedOnce() {
    var reader = SettingsReader.of(Map.of("ALLOW_UNAUTHENTICATED", "perhaps"));
    RuntimeSettings.read(reader, 80);
    RuntimeSettings.read(reader, 80);
    try {
      reader.check();
    } catch (InvalidSettingsException e) {
      assertEquals(1, e.problems().size(), e.problems().toString());
      return;
    }
    throw new AssertionError("a wrong setting was taken");
  }

  private static RuntimeSettings read(Map<String, String> environment) {
    return RuntimeSettings.read(SettingsReader.of(environment), 80);
  }
}
