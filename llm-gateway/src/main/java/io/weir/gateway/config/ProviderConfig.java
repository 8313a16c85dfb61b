package io.weir.gateway.config;

import io.weir.messaging.runtime.Secret;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An OpenAI-compatible endpoint.
 *
 * @param name how requests name it, in {@code provider:model}
 * @param baseUrl its address up to and including {@code /v1}, without a slash at the end
 * @param keyName the variable its key comes from, for messages; empty when it has none
 * @param models the models it offers, best first; empty to ask the endpoint itself
 * @param streamUsage whether it may be asked for a usage chunk at the end of a stream
 */
public record ProviderConfig(
    String name,
    URI baseUrl,
    Optional<String> keyName,
    Optional<Secret> key,
    List<String> models,
    boolean streamUsage) {
  public ProviderConfig {
    models = List.copyOf(models);
  }
}
