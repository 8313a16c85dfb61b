package io.weir.gateway.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.pipeline.anthropic.MessagesAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTableTest {
  private static final Price UNKNOWN = Price.of(LocalDate.EPOCH, 3_000, 15_000);
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);
  private final ModelFile shipped = ModelFile.parse(resource());
  private final ModelTable table = new ModelTable(shipped.facts(), UNKNOWN);

  @Test
  void theShippedTableHasNoMistakeAndAPriceForEachModel() {
    assertEquals(List.of(), shipped.problems());
    assertTrue(shipped.facts().size() > 20);
    for (ModelFacts facts : shipped.facts()) {
      assertTrue(facts.price(TODAY).isPresent(), facts.name());
    }
  }

  @Test
  void anUnknownModelIsNeverFree() {
    assertEquals(3_450, cost("somewhere", "nobody-knows-it", new Usage(150, 200, 0)));
    assertTrue(cost("somewhere", "nobody-knows-it", new Usage(1, 0, 0)) > 0);
  }

  @Test
  void cachedReadsCostATenthAndCacheWritesAQuarterMore() {
    assertEquals(3_000, cost("x", "claude-sonnet-4-5", new Usage(1_000, 0, 0)));
    assertEquals(300, cost("x", "claude-sonnet-4-5", new Usage(1_000, 0, 1_000)));
    assertEquals(3_750, cost("x", "claude-sonnet-4-5", new Usage(1_000, 0, 0, 1_000)));
    assertEquals(
        200 * 3 + 500 * 3 / 10 + 300 * 3 * 5 / 4 + 100 * 15,
        cost("x", "claude-sonnet-4-5", new Usage(1_000, 100, 500, 300)));
  }

  /** Of 1,200 tokens 1,000 came from the cache; what those cost, each of these sells otherwise. */
  @ParameterizedTest
  @CsvSource({
    "gpt-4o, 4750", // 200 * 2.50 + 1,000 * 1.25 + 300 * 10
    "gpt-4o-mini, 285", // 200 * 0.15 + 1,000 * 0.075 + 300 * 0.60
    "gpt-4.1, 3300", // 200 * 2 + 1,000 * 0.50 + 300 * 8
    "gpt-5, 3375", // 200 * 1.25 + 1,000 * 0.125 + 300 * 10
    "o3, 3300", // 200 * 2 + 1,000 * 0.50 + 300 * 8
    "o4-mini, 1815", // 200 * 1.10 + 1,000 * 0.275 + 300 * 4.40
    "gemini-2.5-flash, 840", // 200 * 0.30 + 1,000 * 0.03 + 300 * 2.50
  })
  void cachedTokensInOpenAisFormCostWhatTheirModelAsks(String model, long micros)
      throws IOException {
    Usage usage =
        Usage.of(
                Json.MAPPER.readTree(
                    """
                    {"usage":{"prompt_tokens":1200,"completion_tokens":300,"total_tokens":1500,
                     "prompt_tokens_details":{"cached_tokens":1000}}}
                    """))
            .orElseThrow();
    assertEquals(micros, cost("openai", model, usage));
  }

  @ParameterizedTest
  @CsvSource({
    "claude-sonnet-4-5, 6900", // 200 * 3 + 1,000 * 0.30 + 400 * 3.75 + 300 * 15
    "claude-opus-5-5, 9000", // 200 * 4 + 1,000 * 0.20 + 400 * 5 + 300 * 20
  })
  void cachedAndWrittenTokensInAnthropicsFormCostWhatTheirModelAsks(String model, long micros) {
    String answer =
        """
        {"id":"i","model":"c","stop_reason":"end_turn","content":[{"type":"text","text":"x"}],
         "usage":{"input_tokens":200,"cache_read_input_tokens":1000,
                  "cache_creation_input_tokens":400,"output_tokens":300}}
        """;
    Usage usage =
        MessagesAnswer.of(answer.getBytes(StandardCharsets.UTF_8), false, 1).orElseThrow().usage();
    assertEquals(micros, cost("anthropic", model, usage));
  }

  /**
   * By the vendors' pages: Gemini 2.5 Pro 1.25 and 10 dollars up to 200,000 tokens of prompt, 2.50
   * and 15 beyond; Claude Sonnet 4.5 3 and 15, beyond 6 and 22.50; GPT-5.4 2.50 and 15, beyond
   * 272,000 5 and 22.50. Cached reads a tenth, cache writes 1.25 times of the tier's input.
   */
  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-pro, 100000, 50000, 0, 0, 625000", // 0.125 + 0.50
    "gemini-2.5-pro, 200000, 2000, 0, 0, 270000", // 0.25 + 0.02
    "gemini-2.5-pro, 200001, 2000, 0, 0, 530003", // 0.5000025 + 0.03, rounded up
    "gemini-2.5-pro, 300000, 0, 0, 0, 750000",
    "gemini-2.5-pro, 300000, 0, 250000, 0, 187500", // 50,000 * 2.50 + 250,000 * 0.25
    "claude-sonnet-4-5, 199999, 2000, 0, 0, 629997", // 0.599997 + 0.03
    "claude-sonnet-4-5, 250000, 2000, 0, 0, 1545000", // 1.50 + 0.045
    "claude-sonnet-4-5, 250000, 0, 200000, 40000, 480000", // 10,000 * 6 + 0.60 and 7.50 of the rest
    "gpt-5.4, 272000, 1000, 0, 0, 695000", // 0.68 + 0.015
    "gpt-5.4, 300000, 1000, 0, 0, 1522500", // 1.50 + 0.0225
    "gemini-2.5-flash, 300000, 1000, 0, 0, 92500", // one price
    "claude-opus-5, 300000, 1000, 0, 0, 1525000", // one price
  })
  void aLongQuestionMakesAllOfItsCallDearer(
      String model, long input, long output, long cached, long written, long micros) {
    assertEquals(micros, cost("any", model, new Usage(input, output, cached, written)));
  }

  @Test
  void aTierEndsWhenItsPriceDoes() {
    var usage = new Usage(300_000, 1_000, 0);
    for (String day : List.of("2026-03-12", "2026-03-13")) {
      long wanted = day.endsWith("12") ? 1_822_500 : 915_000;
      assertEquals(
          wanted,
          table.price("anthropic", "claude-sonnet-4-6", LocalDate.parse(day)).costMicros(usage));
    }
  }

  @Test
  void theTierOfTheLongestQuestionThatIsPassedHolds() {
    ModelFile own =
        ModelFile.parse(
            """
            models:
              - name: steps
                prices:
                  - from: 2024-01-01
                    input: 1
                    output: 0
                    tiers: [{above: 1000, input: 4, output: 0, cached: 2}, {above: 100, input: 2, output: 0}]
            """);
    assertEquals(List.of(), own.problems());
    ModelTable steps = table.with(own.facts());
    assertEquals(100, steps.price("x", "steps", TODAY).costMicros(new Usage(100, 0, 0)));
    assertEquals(202, steps.price("x", "steps", TODAY).costMicros(new Usage(101, 0, 0)));
    assertEquals(2_000, steps.price("x", "steps", TODAY).costMicros(new Usage(1_000, 0, 0)));
    assertEquals(4_004, steps.price("x", "steps", TODAY).costMicros(new Usage(1_001, 0, 0)));
    assertEquals(4_002, steps.price("x", "steps", TODAY).costMicros(new Usage(1_001, 0, 1)));
  }

  @Test
  void aPriceHoldsFromItsDayOn() {
    Usage million = new Usage(1_000_000, 0, 0);
    assertEquals(
        5_000_000, table.price("openai", "gpt-4o", LocalDate.of(2024, 10, 1)).costMicros(million));
    assertEquals(
        2_500_000, table.price("openai", "gpt-4o", LocalDate.of(2024, 10, 2)).costMicros(million));
    assertEquals(
        5_000_000, table.price("openai", "gpt-4o", LocalDate.of(2020, 1, 1)).costMicros(million));
  }

  @Test
  void datesTagsAndPathsBelongToTheNameAndOtherModelsDoNot() {
    assertEquals("gpt-4o-mini", table.of("openai", "gpt-4o-mini-2024-07-18").name());
    assertEquals("gpt-4o", table.of("openrouter", "openai/gpt-4o").name());
    assertEquals("claude-sonnet-4", table.of("a", "claude-sonnet-4-20250514").name());
    assertEquals("gemini-2.5-pro", table.of("g", "models/gemini-2.5-pro-preview-06-05").name());
    assertEquals("", table.of("openai", "o3-pro").name());
    assertEquals("", table.of("openai", "gpt-4o-realtime").name());
    assertEquals("", table.of("openai", "gpt-4").name());
  }

  @Test
  void anOwnFileGoesFirstAndCanMakeAProviderFree() {
    ModelFile own =
        ModelFile.parse(
            """
            models:
              - name: "*"
                provider: local
                prices: [{from: 2024-01-01, input: 0, output: 0}]
              - name: gpt-4o
                provider: openai
                context: 1000
                prices: [{from: 2024-01-01, input: 1, output: 1, cached: 0.5}]
            """);
    assertEquals(List.of(), own.problems());
    ModelTable both = table.with(own.facts());
    Usage some = new Usage(1_000, 0, 500);
    assertEquals(0, both.price("local", "llama3.2", TODAY).costMicros(some));
    assertEquals(750, both.price("openai", "gpt-4o", TODAY).costMicros(some));
    assertEquals(1_875, both.price("other", "gpt-4o", TODAY).costMicros(some));
    assertEquals(1_000, both.of("openai", "gpt-4o").context());
  }

  @Test
  void whatIsWrongInAFileIsToldAndTheRestHolds() {
    ModelFile own =
        ModelFile.parse(
            """
            models:
              - name: free-by-mistake
                prices: [{from: 2024-01-01, input: 1}]
              - name: odd
                capabilities: [tools, telepathy]
              - name: typo
                contxt: 5
              - name: typo-in-price
                prices: [{from: 2024-01-01, input: 1, output: 1, cache: 1}]
              - name: tier-from-nowhere
                prices: [{from: 2024-01-01, input: 1, output: 1, tiers: [{input: 1, output: 1}]}]
              - name: good
            """);
    assertEquals(List.of("good"), own.facts().stream().map(ModelFacts::name).toList());
    assertEquals(5, own.problems().size(), own.problems().toString());
    assertTrue(own.problems().get(0).contains("'output'"), own.problems().toString());
    assertTrue(own.problems().get(1).contains("telepathy"), own.problems().toString());
    assertTrue(own.problems().get(2).contains("contxt"), own.problems().toString());
    assertTrue(own.problems().get(3).contains("key cache,"), own.problems().toString());
    assertTrue(own.problems().get(4).contains("'above'"), own.problems().toString());
  }

  private long cost(String provider, String model, Usage usage) {
    return table.price(provider, model, TODAY).costMicros(usage);
  }

  private static String resource() {
    try (InputStream in = ModelTableTest.class.getResourceAsStream("/models.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
