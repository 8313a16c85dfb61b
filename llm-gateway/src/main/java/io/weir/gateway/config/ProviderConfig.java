package io.weir.gateway.config;

import io.weir.messaging.runtime.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A provider as it is configured. Requests can't change any of it, its address least of all.
 *
 * @param name how requests name it, in {@code provider:model}
 * @param baseUrl its address up to and including the version, such as {@code /v1}, without a slash
 *     at the end; of no meaning for {@code offline}
 * @param keyName the variable its key comes from, for messages; empty when it has none
 * @param headers more headers of each request to it
 * @param models the models it offers, best first; empty to ask the endpoint itself
 * @param maxConcurrent calls at once; empty for LLM_PROVIDER_CONCURRENT
 */
public record ProviderConfig(
    String name,
    ProviderKind kind,
    URI baseUrl,
    Optional<String> keyName,
    Optional<Secret> key,
    Map<String, String> headers,
    TimeOuts timeOuts,
    List<String> models,
    OptionalInt maxConcurrent,
    Own own) {

  /** Where nothing is reached. */
  static final URI NOWHERE = URI.create("http://localhost");

  /**
   * What only some kinds have.
   *
   * @param streamUsage openai-compatible: whether it may be asked for a usage chunk at the end of a
   *     stream
   * @param maxTokens anthropic: the bound of an answer's tokens that a request gets that has none
   * @param source google-jules: the repository of a session when the request names none
   * @param branch google-jules: the branch to start from when the request names none
   * @param maxAge google-jules: how long a session may take until it counts as failed
   */
  public record Own(
      boolean streamUsage,
      int maxTokens,
      Optional<String> source,
      Optional<String> branch,
      Duration maxAge) {
    public static final Own DEFAULT =
        new Own(true, 8192, Optional.empty(), Optional.empty(), Duration.ofHours(24));
  }

  public ProviderConfig {
    models = List.copyOf(models);
    headers = Map.copyOf(headers);
  }

  /** One that has nothing but an address and perhaps a key. */
  static ProviderConfig plain(
      String name,
      ProviderKind kind,
      URI baseUrl,
      Optional<String> keyName,
      Optional<Secret> key,
      TimeOuts timeOuts,
      List<String> models) {
    return new ProviderConfig(
        name,
        kind,
        baseUrl,
        keyName,
        key,
        Map.of(),
        timeOuts,
        models,
        OptionalInt.empty(),
        Own.DEFAULT);
  }
}
