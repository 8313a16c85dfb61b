package io.weir.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.runtime.InvalidSettingsException;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {
  @TempDir Path folder = Path.of("");

  @Test
  void nothingConfiguredMeansNoProvider() {
    assertEquals(List.of(), read(Map.of()).providers());
  }

  @Test
  void aKeyAloneMakesTheProviderOpenai() {
    ProviderConfig openai = read(Map.of("OPENAI_API_KEY", "sk-1")).providers().getFirst();
    assertEquals("openai", openai.name());
    assertEquals(URI.create("https://api.openai.com/v1"), openai.baseUrl());
    assertEquals(Optional.of(new Secret("sk-1")), openai.key());
    assertEquals(List.of(), openai.models());
  }

  @Test
  void anAddressAloneMakesTheProviderOpenaiWithoutKey() {
    ProviderConfig openai =
        read(Map.of("OPENAI_BASE_URL", "http://localhost:11434/v1/", "OPENAI_MODELS", "a, b,"))
            .providers()
            .getFirst();
    assertEquals(URI.create("http://localhost:11434/v1"), openai.baseUrl());
    assertEquals(Optional.empty(), openai.key());
    assertEquals(List.of("a", "b"), openai.models());
  }

  @Test
  void theFileListsProvidersInOrderAndItsKeysAreNamesOfVariables() throws IOException {
    List<ProviderConfig> providers =
        fromFile(
                """
                providers:
                  - name: router
                    kind: openai-compatible
                    base_url: https://router.example/api/v1
                    api_key_env: ROUTER_KEY
                    models: [vendor/large, small]
                    stream_usage: false
                  - {name: off, kind: unknown, base_url: nowhere, enabled: false}
                  - name: local
                    kind: openai-compatible
                    base_url: http://127.0.0.1:11434/v1
                """,
                Map.of("ROUTER_KEY", "sk-2", "OPENAI_API_KEY", "sk-ignored"))
            .providers();
    assertEquals(List.of("router", "local"), providers.stream().map(ProviderConfig::name).toList());
    assertEquals(Optional.of(new Secret("sk-2")), providers.getFirst().key());
    assertEquals(Optional.of("ROUTER_KEY"), providers.getFirst().keyName());
    assertEquals(List.of("vendor/large", "small"), providers.getFirst().models());
    assertFalse(providers.getFirst().streamUsage());
    assertTrue(providers.getLast().streamUsage());
    assertFalse(providers.toString().contains("sk-2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1, 2]                                            | line 1: no map | a map with the key providers
          providers: {a: b}                                 | line 1: providers that is no list | a list of providers
          `providers: [\nx: {`                              | line 2 | valid YAML
          models: []                                        | line 1: key models | the key providers
          `providers:\n- {kind: openai-compatible, base_url: "http://h/v1"}` | line 2: a provider without name | name:
          `providers:\n- name: a\n  kind: telepathy\n  base_url: http://h/v1` | line 3: kind telepathy | openai-compatible
          `providers:\n- name: a\n  kind: openai-compatible` | line 2: a provider without base_url | base_url:
          `providers:\n- name: a\n  kind: openai-compatible\n  base_url: h/v1` | line 4: base_url h/v1 | an address
          `providers:\n- name: auto\n  kind: openai-compatible\n  base_url: http://h/v1` | line 2: name auto | another name
          `providers:\n- name: A b\n  kind: openai-compatible\n  base_url: http://h/v1` | line 2: name A b | lower-case
          `providers:\n- name: a\n  kind: openai-compatible\n  base_url: http://h/v1\n  color: red` | line 5: key color | api_key_env
          `providers:\n- name: a\n  kind: openai-compatible\n  base_url: http://h/v1\n  models: x` | line 5: models x | a list of names
          `providers:\n- name: a\n  kind: openai-compatible\n  base_url: http://h/v1\n  api_key_env: NOT_SET` | line 5: api_key_env NOT_SET | enabled: false
          `providers:\n- name: a\n  kind: openai-compatible\n  base_url: http://h/v1\n  enabled: maybe` | line 5: enabled maybe | true or false
          """)
  void aWrongFileIsToldByFileLineAndWhatBelongsThere(String yaml, String got, String wants) {
    String yamlLines = yaml.replace("\\n", "\n");
    var problems =
        assertThrows(InvalidSettingsException.class, () -> fromFile(yamlLines, Map.of()))
            .problems();
    String all = String.join("\n", problems);
    assertTrue(all.contains("providers.yaml " + got), all);
    assertTrue(all.contains(wants), all);
    assertTrue(all.startsWith("WEIR_PROVIDERS: "), all);
  }

  @Test
  void allProblemsAreToldTogether() {
    var problems =
        assertThrows(
                InvalidSettingsException.class,
                () -> fromFile("providers:\n- kind: x\n- 7\n- {name: offline}", Map.of()))
            .problems();
    assertTrue(problems.size() >= 6, problems.toString());
  }

  @Test
  void aKeyPastedIntoTheFileIsNotPrinted() {
    String yaml =
        "providers:\n- {name: a, kind: openai-compatible, base_url: 'http://u:secret@h/v1',"
            + " api_key_env: sk-proj-secret}";
    var problems =
        assertThrows(InvalidSettingsException.class, () -> fromFile(yaml, Map.of())).problems();
    assertEquals(2, problems.size());
    assertFalse(problems.toString().contains("secret"), problems.toString());
  }

  @Test
  void aMissingFileIsToldByItsName() {
    var problems =
        assertThrows(
                InvalidSettingsException.class, () -> read(Map.of("WEIR_PROVIDERS", "/no/file")))
            .problems();
    assertTrue(problems.getFirst().contains("/no/file"));
  }

  private GatewayConfig fromFile(String yaml, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("providers.yaml"), yaml);
    var all = new HashMap<>(environment);
    all.put("WEIR_PROVIDERS", file.toString());
    return read(all);
  }

  private static GatewayConfig read(Map<String, String> environment) {
    SettingsReader settings = SettingsReader.of(environment);
    GatewayConfig config = GatewayConfig.read(settings);
    settings.check();
    return config;
  }
}
