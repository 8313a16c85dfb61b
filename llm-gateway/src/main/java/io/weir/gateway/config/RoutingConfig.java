package io.weir.gateway.config;

import io.weir.gateway.routing.ProviderGates;
import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How much is asked of providers.
 *
 * @param gates of each one
 * @param retryPercent of requests that may go on to a further candidate, beyond the first few
 */
public record RoutingConfig(ProviderGates.Settings gates, int retryPercent) {
  /**
   * Reads them.
   *
   * @param requests in hand at once at most; by default one provider may have them all, for most
   *     gateways have one that nearly all requests go to
   */
  static RoutingConfig read(SettingsReader settings, List<ProviderConfig> providers, int requests) {
    return new RoutingConfig(
        new ProviderGates.Settings(
            settings.integer(
                "LLM_PROVIDER_CONCURRENT",
                requests,
                1,
                100_000,
                "calls at once of a provider that has no max_concurrent; as HTTP_MAX_CONCURRENT"),
            own(providers),
            settings.duration(
                "LLM_PROVIDER_WAIT",
                Duration.ofSeconds(2),
                Duration.ZERO,
                Duration.ofMinutes(1),
                "how long a further call of a provider waits for its turn"),
            settings.integer(
                "LLM_PROVIDER_FAILURES",
                5,
                1,
                1_000,
                "failures in a row after which a provider is left alone"),
            settings.duration(
                "LLM_PROVIDER_OPEN_FOR",
                Duration.ofSeconds(5),
                Duration.ofMillis(10),
                Duration.ofHours(1),
                "how long such a provider is left alone before one call tries it")),
        settings.integer(
            "LLM_RETRY_PERCENT",
            20,
            0,
            100,
            "share of requests that may go on to a further candidate"));
  }

  private static Map<String, Integer> own(List<ProviderConfig> providers) {
    return providers.stream()
        .filter(provider -> provider.maxConcurrent().isPresent())
        .collect(
            Collectors.toMap(
                ProviderConfig::name, provider -> provider.maxConcurrent().getAsInt()));
  }
}
