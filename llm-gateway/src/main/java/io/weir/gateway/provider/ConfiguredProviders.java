package io.weir.gateway.provider;

import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.upstream.UpstreamHttp;
import java.time.Clock;
import java.util.List;

/** Makes providers of what is configured. */
public final class ConfiguredProviders {
  private ConfiguredProviders() {}

  /** One for each of {@code configs}, in their order. */
  public static List<ChatProvider> of(
      List<ProviderConfig> configs, UpstreamHttp http, Clock clock) {
    return configs.stream().map(config -> of(config, http, clock)).toList();
  }

  private static ChatProvider of(ProviderConfig config, UpstreamHttp http, Clock clock) {
    return switch (config.kind()) {
      case OPENAI_COMPATIBLE -> new OpenAiCompatible(config, http, clock);
      case ANTHROPIC -> new Anthropic(config, http, clock);
      case GOOGLE_JULES -> new Jules(config, http, clock);
      case OFFLINE -> new Offline(clock);
    };
  }
}
