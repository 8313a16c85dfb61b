package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Router;
import io.weir.gateway.pipeline.Router.Offer;
import io.weir.gateway.provider.ChatProvider;
import io.weir.gateway.provider.ChatProvider.Models;
import io.weir.gateway.provider.Offline;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which provider offers which models now. Asks providers for their lists in the background; a
 * failed refresh keeps the list before it, and a new list is in force at once. Thread-safe.
 */
public final class Catalogue implements Component, HealthSource {
  /** The name of all models together, as a dependency. */
  public static final String MODELS = "models";

  private static final Duration REFRESH = Duration.ofHours(1);
  private static final Duration FIRST_LISTS = Duration.ofSeconds(3);
  private static final Duration RETRY = Duration.ofSeconds(15);

  private final Logger log = LoggerFactory.getLogger(Catalogue.class);
  private final Map<String, ChatProvider> providers;
  private final boolean offlineByChoice;
  private final Map<String, Failure> failures = new LinkedHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Map<String, Instant> readAt = new LinkedHashMap<>();
  private final Optional<ModelListFile> copy;
  private final Clock clock;
  private volatile Router router;

  /**
   * A catalogue of what is known without asking, until it is started.
   *
   * @param configured in order of preference
   * @param offline can always be named, but {@code auto} means it only when nothing is configured,
   *     or when it is configured itself: quotations must not pass for a model's answers because a
   *     provider is away
   */
  public Catalogue(List<? extends ChatProvider> configured, Offline offline) {
    this(configured, offline, Optional.empty(), Clock.systemUTC());
  }

  /**
   * The same with a copy of the lists on the disk.
   *
   * @param copy what was known last, until the providers have told anew
   */
  public Catalogue(
      List<? extends ChatProvider> configured,
      Offline offline,
      Optional<ModelListFile> copy,
      Clock clock) {
    this.copy = copy;
    this.clock = clock;
    Map<String, List<String>> last = copy.map(ModelListFile::read).orElse(Map.of());
    this.providers = new LinkedHashMap<>();
    configured.forEach(provider -> providers.put(provider.name(), provider));
    this.offlineByChoice = configured.isEmpty() || providers.containsKey(offline.name());
    providers.putIfAbsent(offline.name(), offline);
    this.router =
        new Router(
            providers.values().stream()
                .map(
                    p ->
                        p.fixedModels().isEmpty()
                            ? offer(p, last.getOrDefault(p.name(), List.of()), false)
                            : offer(p, p.fixedModels(), true))
                .toList());
  }

  /** The routes as of now. */
  public Router router() {
    return router;
  }

  /** The names of the configured providers, {@code offline} not among them. */
  List<String> configured() {
    return providers.values().stream()
        .filter(provider -> !(provider instanceof Offline))
        .map(ChatProvider::name)
        .toList();
  }

  /** Whether what a provider says is a model's words: no quotations, and no work on something. */
  boolean isModel(String provider) {
    ChatProvider found = provider(provider);
    return !(found instanceof Offline) && !found.durableOnly();
  }

  /** Those of them that a request for {@code auto} asks, or all when there is none. */
  List<String> answeringAtOnce() {
    List<String> names =
        configured().stream().filter(name -> !provider(name).durableOnly()).toList();
    return names.isEmpty() ? configured() : names;
  }

  /**
   * Asks the configured providers, until one is there.
   *
   * @throws DependencyUnavailableException when none is
   */
  public void probe() throws InterruptedException {
    List<String> names = configured();
    for (String name : names) {
      if (!(provider(name).models() instanceof Models.Unknown(Failure failure))
          || failure.kind() != Failure.Kind.PROVIDER_UNREACHABLE) {
        return;
      }
    }
    if (!names.isEmpty()) {
      throw new DependencyUnavailableException(MODELS, "no provider can be reached", null);
    }
  }

  /** The provider of that name, which must come from a route. */
  ChatProvider provider(String name) {
    ChatProvider provider = providers.get(name);
    if (provider == null) {
      throw new IllegalArgumentException("no provider " + name);
    }
    return provider;
  }

  /**
   * Starts refreshing, and gives the providers a moment to tell their models, so that the first
   * request can be routed; one that is away is not waited for.
   */
  @Override
  public void start() throws InterruptedException {
    Thread.ofVirtual().name("catalogue").start(this::keepFresh);
    boolean known = asked.await(FIRST_LISTS.toMillis(), TimeUnit.MILLISECONDS);
    log.atInfo()
        .addKeyValue("providers", router.offers().stream().map(Offer::provider).toList())
        .addKeyValue("models", router.offers().stream().mapToInt(o -> o.models().size()).sum())
        .addKeyValue("asked", known)
        .log("models known");
  }

  private void keepFresh() {
    try {
      do {
        refresh();
        asked.countDown();
      } while (!stopped.await(
          complete() ? REFRESH.toMillis() : RETRY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks every provider that has to be asked; those that don't answer keep what they had. */
  public void refresh() throws InterruptedException {
    for (ChatProvider provider : providers.values()) {
      if (provider.fixedModels().isEmpty()) {
        switch (provider.models()) {
          case Models.Known known -> replace(offer(provider, known.names(), true));
          case Models.Unknown unknown -> unknown(provider.name(), unknown.failure());
        }
      }
    }
  }

  private Offer offer(ChatProvider provider, List<String> models, boolean complete) {
    boolean auto = provider instanceof Offline ? offlineByChoice : !provider.durableOnly();
    return new Offer(provider.name(), models, complete, auto);
  }

  private synchronized void replace(Offer offer) {
    failures.remove(offer.provider());
    readAt.put(offer.provider(), clock.instant());
    var offers = new ArrayList<Offer>();
    for (Offer old : router.offers()) {
      offers.add(old.provider().equals(offer.provider()) ? offer : old);
    }
    router = new Router(offers);
    copy.ifPresent(file -> file.write(offers));
  }

  /** When the list of {@code provider} was read last; empty for one that is configured. */
  public synchronized Optional<Instant> readAt(String provider) {
    return Optional.ofNullable(readAt.get(provider));
  }

  /** Why the list of {@code provider} could not be read the last time. */
  public synchronized Optional<String> failure(String provider) {
    return Optional.ofNullable(failures.get(provider)).map(Failure::message);
  }

  private synchronized void unknown(String provider, Failure failure) {
    if (failures.put(provider, failure) == null) {
      log.atWarn()
          .addKeyValue("provider", provider)
          .addKeyValue("reason", failure.message())
          .log("model list not read");
    }
  }

  private synchronized boolean complete() {
    return failures.isEmpty();
  }

  @Override
  public synchronized List<HealthCheck> checks() {
    var checks = new ArrayList<HealthCheck>();
    for (String name : providers.keySet()) {
      Failure failure = failures.get(name);
      checks.add(
          failure == null
              ? HealthCheck.ok("provider:" + name)
              : HealthCheck.degraded(
                  "provider:" + name,
                  failure.message(),
                  "its list of models is missing or old; requests that name it are still tried"));
    }
    return checks;
  }

  @Override
  public Map<String, Object> facts() {
    List<Offer> offers = router.offers();
    return Map.of(
        "models",
        Map.of(
            "count", offers.stream().mapToInt(offer -> offer.models().size()).sum(),
            "providers", offers.stream().map(Offer::provider).toList()));
  }

  @Override
  public void close() {
    stopped.countDown();
  }
}
