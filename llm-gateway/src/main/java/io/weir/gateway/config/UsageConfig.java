package io.weir.gateway.config;

import io.weir.gateway.catalogue.ModelFile;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.catalogue.Price;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.usage.Prices;
import io.weir.platform.usage.UsageSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How calls are counted and what they cost.
 *
 * @param folder where calls are kept that are not told yet
 * @param keptBytes most of them
 * @param ackWait how long the end of an answer waits until NATS has its usage; twice that when
 *     other calls are told before its own
 * @param owner whose durable requests are that name nobody
 * @param models what is known of models, with the price of those that are unknown
 * @param aliases names that stand for models, best first
 */
public record UsageConfig(
    Path folder,
    long keptBytes,
    Duration ackWait,
    String owner,
    UsageSettings budgets,
    ModelTable models,
    Map<String, List<String>> aliases) {
  private static final String MODELS = "WEIR_MODELS";
  private static final ModelFile NONE = new ModelFile(List.of(), Map.of(), List.of());
  private static final long NANOS_OF_A_MICRO = 1_000;
  private static final long PRICED_TOKENS = 1_000;

  static UsageConfig read(SettingsReader settings) {
    ModelFile own = own(settings);
    return new UsageConfig(
        Path.of(
            settings.text(
                "USAGE_DIR", "usage", "folder for what calls used until NATS has been told")),
        settings.bytes(
            "USAGE_KEPT_BYTES",
            16L << 20,
            1 << 10,
            1L << 30,
            "most bytes of usage kept while NATS is away; then no model is asked"),
        settings.duration(
            "USAGE_ACK_WAIT",
            Duration.ofSeconds(2),
            Duration.ZERO,
            Duration.ofMinutes(1),
            "how long the end of an answer waits until NATS has its usage"),
        settings.text("OWNER_ID", "local", "user whose durable requests are that name nobody"),
        UsageSettings.read(settings),
        models(settings).with(own.facts()),
        own.aliases());
  }

  private static ModelTable models(SettingsReader settings) {
    Prices unknown = Prices.read(settings);
    Price otherwise =
        Price.of(
            LocalDate.EPOCH,
            unknown.inputMicros() * NANOS_OF_A_MICRO / PRICED_TOKENS,
            unknown.outputMicros() * NANOS_OF_A_MICRO / PRICED_TOKENS);
    return new ModelTable(ModelFile.parse(shipped()).facts(), otherwise);
  }

  private static ModelFile own(SettingsReader settings) {
    Optional<String> file =
        settings.optionalText(
            MODELS, "YAML file of models, prices and aliases that goes before the built-in one");
    if (file.isEmpty()) {
      return NONE;
    }
    try {
      ModelFile parsed = ModelFile.parse(Files.readString(Path.of(file.get())));
      parsed
          .problems()
          .forEach(
              problem ->
                  settings.problem(
                      MODELS,
                      file.get() + ": " + problem,
                      "models as docs/llm-gateway.md shows them"));
      return parsed;
    } catch (IOException e) {
      settings.problem(MODELS, file.get(), "a readable YAML file in UTF-8");
      return NONE;
    }
  }

  private static String shipped() {
    try (InputStream in = UsageConfig.class.getResourceAsStream("/models.yaml")) {
      return new String(
          Objects.requireNonNull(in, "models.yaml").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
