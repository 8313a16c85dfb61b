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
import java.time.Duration;
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
    assertFalse(providers.getFirst().own().streamUsage());
    assertTrue(providers.getLast().own().streamUsage());
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
          `providers:\n- name: a\n  kind: offline` | line 2: name a | name: offline
          `providers:\n- name: a\n  kind: anthropic\n  stream_usage: false` | line 4: key stream_usage | max_tokens
          `providers:\n- name: a\n  kind: anthropic\n  max_tokens: many` | line 4: max_tokens many | a whole number
          `providers:\n- name: a\n  kind: anthropic\n  idle_timeout: 5` | line 4: idle_timeout 5 | a duration
          `providers:\n- name: a\n  kind: anthropic\n  max_concurrent: 0` | line 4: max_concurrent 0 | from 1
          `providers:\n- name: a\n  kind: anthropic\n  headers: x` | line 4: headers x | a map
          `providers:\n- name: a\n  kind: anthropic\n  headers: {X-Api-Key: k}` | line 4: the header X-Api-Key | api_key_env
          `providers:\n- name: a\n  kind: anthropic\n  headers: {X: [1]}` | line 4: X that is no single value | plain values
          `providers:\n- name: a\n  kind: anthropic\n  source: [x]` | line 4: key source | api_key_env
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
  void eachKeyAloneMakesAProviderOfItsOwnInOneOrder() {
    List<ProviderConfig> all =
        read(Map.of("GEMINI_API_KEY", "g", "ANTHROPIC_API_KEY", "a", "OPENAI_API_KEY", "o"))
            .providers();
    assertEquals(
        List.of("openai", "anthropic", "gemini"), all.stream().map(ProviderConfig::name).toList());
    assertEquals(
        List.of(
            URI.create("https://api.openai.com/v1"),
            URI.create("https://api.anthropic.com/v1"),
            URI.create("https://generativelanguage.googleapis.com/v1beta/openai")),
        all.stream().map(ProviderConfig::baseUrl).toList());
    assertEquals(ProviderKind.ANTHROPIC, all.get(1).kind());
    assertEquals(ProviderKind.OPENAI_COMPATIBLE, all.get(2).kind());
    assertEquals(Optional.of("GEMINI_API_KEY"), all.get(2).keyName());
  }

  @Test
  void anEntrySaysWhatItsKindHas() throws IOException {
    List<ProviderConfig> providers =
        fromFile(
                """
                providers:
                  - name: claude
                    kind: anthropic
                    api_key_env: A_KEY
                    max_tokens: 4000
                    max_concurrent: 8
                    headers: {anthropic-beta: "context-1m", X-Team: ours}
                    connect_timeout: 2s
                    first_byte_timeout: 1m
                    idle_timeout: 500ms
                    total_timeout: 1h
                  - {name: jules, kind: google-jules, source: sources/github/o/r, branch: main, max_age: 2d}
                  - {name: offline, kind: offline}
                """,
                Map.of("A_KEY", "k"))
            .providers();
    ProviderConfig claude = providers.getFirst();
    assertEquals(4000, claude.own().maxTokens());
    assertEquals(8, claude.maxConcurrent().orElse(0));
    assertEquals(Map.of("anthropic-beta", "context-1m", "X-Team", "ours"), claude.headers());
    assertEquals(
        new TimeOuts(
            Duration.ofSeconds(2),
            Duration.ofMinutes(1),
            Duration.ofMillis(500),
            Duration.ofHours(1)),
        claude.timeOuts());
    assertEquals(Duration.ofMinutes(10), providers.get(1).timeOuts().total());
    assertEquals(Optional.of("sources/github/o/r"), providers.get(1).own().source());
    assertEquals(Duration.ofDays(2), providers.get(1).own().maxAge());
    assertEquals(ProviderKind.OFFLINE, providers.getLast().kind());
  }

  @Test
  void theExampleIsReadAsItIsAndWithEverythingEnabled() throws IOException {
    Path example =
        Path.of(System.getProperty("weir.root", ".."), "deploy", "providers.example.yaml");
    String yaml = Files.readString(example);
    assertEquals(1, fromFile(yaml, Map.of("OPENAI_API_KEY", "k")).providers().size());
    var keys = new HashMap<String, String>();
    for (String name : List.of("OPENAI", "OPENROUTER", "ANTHROPIC", "GEMINI", "JULES")) {
      keys.put(name + "_API_KEY", "k");
    }
    keys.put("GITHUB_TOKEN", "k");
    List<ProviderConfig> all =
        fromFile(yaml.replace("enabled: false", "enabled: true"), keys).providers();
    assertEquals(
        List.of(
            "openai",
            "anthropic",
            "gemini",
            "openrouter",
            "local",
            "github-models",
            "jules",
            "offline"),
        all.stream().map(ProviderConfig::name).toList());
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
