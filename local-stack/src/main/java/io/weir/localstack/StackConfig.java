package io.weir.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a {@link LocalStack} starts.
 *
 * @param root the checkout in which the modules were built
 * @param home where data ({@code nats/}, {@code mongo/}), logs and {@code run.json} are kept
 * @param environment handed on to every service; {@code NATS_URL} or {@code MONGODB_URI} in it are
 *     used instead of own servers
 * @param services which to start
 * @param readyWithin how long all of them together may take
 */
public record StackConfig(
    Path root,
    Path home,
    StackPorts ports,
    Map<String, String> environment,
    Set<StackService> services,
    Duration readyWithin) {

  // Settings of the services; where they listen and log is decided here, not by the caller's
  // environment.
  private static final List<String> HANDED_ON_PREFIXES =
      List.of(
          "ANSWER_CACHE_",
          "ANTHROPIC_",
          "API_KEY_",
          "CURSOR_",
          "ENRICHER_",
          "ENTITY_",
          "GEMINI_",
          "HTTP_AUTH",
          "HTTP_BODY_",
          "HTTP_MAX_",
          "HTTP_QUEUE_",
          "HTTP_READ_",
          "HTTP_TRUSTED_",
          "IDEMPOTENCY_",
          "JULES_",
          "JWT_",
          "LIVE_",
          "LLM_",
          "MONGODB_",
          "NATS_",
          "OPENAI_",
          "OUTBOX_",
          "PRICE_",
          "REVIEW_",
          "USAGE_",
          "WEIR_");
  private static final Set<String> HANDED_ON =
      Set.of(
          "AGENT_ID",
          "CACHE_SIZE_MB",
          "DRAIN_TIMEOUT",
          "ESLINT_HOME",
          "GITHUB_TOKEN",
          "LINTER_TIMEOUT",
          "LOG_FORMAT",
          "LOG_LEVEL",
          "MAX_CONCURRENT",
          "MAX_DB_CONNECTIONS",
          "MAX_PENDING_PER_USER",
          "NODE",
          "OWNER_ID",
          "PACK_MAX_AGE",
          "PROFILES_DIR",
          "PYLINT",
          "SEARCH_TIMEOUT",
          "SERVICE_READINESS_TIME_OUT");

  public StackConfig {
    root = root.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
    services = Set.copyOf(services);
  }

  /**
   * The stack that {@code weir up} starts: all services on the default ports (on free ones with
   * {@code WEIR_PORTS=free}), home is {@code WEIR_HOME} or {@code .weir} in the checkout, settings
   * and keys of the environment handed on, ready within 90 s.
   */
  public static StackConfig of(Path root, HostEnvironment host) {
    StackPorts ports =
        host.get("WEIR_PORTS").orElse("").equals("free")
            ? StackPorts.free()
            : StackPorts.defaults();
    Path home = host.get("WEIR_HOME").map(Path::of).orElse(root.resolve(".weir"));
    return new StackConfig(
        root,
        home,
        ports,
        handedOn(host),
        EnumSet.allOf(StackService.class),
        Duration.ofSeconds(90));
  }

  /**
   * The stack of a test: free ports, this home, one compiler, nothing of the caller's environment.
   */
  public static StackConfig forTest(Path root, Path home) {
    return new StackConfig(
        root,
        home,
        StackPorts.free(),
        ServiceLaunch.SHORT_LIVED,
        EnumSet.allOf(StackService.class),
        Duration.ofMinutes(2));
  }

  /** The same with one more environment variable for the services. */
  public StackConfig with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new StackConfig(root, home, ports, more, services, readyWithin);
  }

  public StackConfig withServices(Set<StackService> some) {
    return new StackConfig(root, home, ports, environment, some, readyWithin);
  }

  private static Map<String, String> handedOn(HostEnvironment host) {
    Map<String, String> some = new LinkedHashMap<>();
    Set<String> keys = host.get("WEIR_PROVIDERS").map(ProviderKeys::named).orElse(Set.of());
    host.variables()
        .forEach(
            (name, value) -> {
              boolean wanted =
                  HANDED_ON.contains(name)
                      || name.endsWith("_API_KEY")
                      || keys.contains(name)
                      || HANDED_ON_PREFIXES.stream().anyMatch(name::startsWith);
              if (wanted && !value.isBlank()) {
                some.put(name, value);
              }
            });
    return some;
  }
}
