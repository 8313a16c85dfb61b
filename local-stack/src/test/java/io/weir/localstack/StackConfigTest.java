package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackConfigTest {
  @TempDir Path folder;

  private Map<String, String> handedOn(Map<String, String> host) {
    return StackConfig.of(folder, new HostEnvironment(host)).environment();
  }

  @Test
  void settingsAndKeysAreHandedOnAndNothingElse() {
    assertEquals(
        Map.of("LLM_TOTAL_TIMEOUT", "5s", "GROQ_API_KEY", "k"),
        handedOn(Map.of("LLM_TOTAL_TIMEOUT", "5s", "GROQ_API_KEY", "k", "AWS_SECRET", "s")));
  }

  @Test
  void keysThatTheProvidersFileNamesAreHandedOn() throws Exception {
    Path file = folder.resolve("providers.yaml");
    Files.writeString(
        file,
        """
        providers:
          - name: one
            api_key_env: HF_TOKEN
          - api_key_env: 'UP_KEY'
            name: two
          - {name: three, api_key_env: THIRD}
          # api_key_env: OTHER
        """);
    var host =
        Map.of(
            "WEIR_PROVIDERS",
            file.toString(),
            "HF_TOKEN",
            "a",
            "UP_KEY",
            "b",
            "THIRD",
            "c",
            "OTHER",
            "d");
    assertEquals(
        Map.of("WEIR_PROVIDERS", file.toString(), "HF_TOKEN", "a", "UP_KEY", "b", "THIRD", "c"),
        handedOn(host));
  }

  @Test
  void aFileThatIsNotThereIsTheGatewaysToTell() {
    var host = Map.of("WEIR_PROVIDERS", folder.resolve("none").toString());
    assertEquals(host, handedOn(host));
  }
}
