package io.weir.gateway.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.flow.CircuitBreaker.Permit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How each provider is doing, by what its calls came to: one that fails several times in a row, or
 * wants to be left alone, is not asked for a while, then by a call or two; and each has a bound of
 * calls at once. Thread-safe.
 */
public final class ProviderGates {
  /** What a caller waits out by itself; one that asks too soon gets the provider's own refusal. */
  private static final Duration SHORTEST_REST = Duration.ofSeconds(30);

  private static final Duration LONGEST_REST = Duration.ofHours(1);

  private final Settings settings;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  /**
   * The bounds of all.
   *
   * @param concurrent calls at once of a provider that has no bound of its own
   * @param own bounds of those that have one, by their names
   * @param patience how long a further one waits for its turn
   * @param failures in a row after which a provider is left alone
   * @param openFor how long
   */
  public record Settings(
      int concurrent, Map<String, Integer> own, Duration patience, int failures, Duration openFor) {
    public Settings {
      own = Map.copyOf(own);
    }

    int concurrent(String provider) {
      return own.getOrDefault(provider, concurrent);
    }
  }

  /** Whether a provider may be asked. */
  public sealed interface Entry {
    /** It may; the visit must be told how it went, or closed. */
    record Admitted(Visit visit) implements Entry {}

    record Refused(Failure failure) implements Entry {}
  }

  /**
   * How a provider is doing, for people.
   *
   * @param state {@code closed}, {@code open} or {@code half_open}; or {@code resting} when it
   *     asked to be left alone
   */
  public record Health(
      String state,
      Duration retryAfter,
      int running,
      int concurrent,
      Optional<String> lastFailure) {}

  public ProviderGates(Settings settings, Clock clock, MeterRegistry meters) {
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
  }

  /** Asks to call {@code provider}. */
  public Entry enter(String provider) throws InterruptedException {
    return gate(provider).enter();
  }

  /** How {@code provider} is doing. */
  public Health health(String provider) {
    return gate(provider).health();
  }

  private Gate gate(String provider) {
    return gates.computeIfAbsent(provider, Gate::new);
  }

  /** A call of a provider. Its first report counts. */
  public static final class Visit implements AutoCloseable {
    private final Gate gate;
    private final Permit permit;
    private boolean over;

    private Visit(Gate gate, Permit permit) {
      this.gate = gate;
      this.permit = permit;
    }

    /** It answered, or refused what it was asked for: it is well. */
    public void answered() {
      permit.succeeded();
      gate.lastFailure = null;
    }

    /** It failed. */
    public void failed(Failure failure) {
      gate.failed(failure, permit);
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        permit.ignored();
        gate.places.release();
      }
    }
  }

  private final class Gate {
    private final String provider;
    private final CircuitBreaker circuit;
    private final int concurrent;
    private final Semaphore places;
    private volatile Instant restUntil = Instant.MIN;
    private volatile @Nullable Failure lastFailure;

    Gate(String provider) {
      this.provider = provider;
      this.concurrent = settings.concurrent(provider);
      this.places = new Semaphore(concurrent, true);
      this.circuit =
          CircuitBreaker.of(
              "provider:" + provider,
              new CircuitBreaker.Settings(
                  settings.failures(), settings.openFor(), 1, failure -> false),
              clock,
              meters);
      Gauge.builder("weir.llm.provider.running", this, Gate::running)
          .description("Calls of a provider that are under way.")
          .tag("provider", provider)
          .register(meters);
      Gauge.builder("weir.llm.provider.available", this, gate -> gate.open() ? 0 : 1)
          .description("1 while a provider is asked, 0 while it is left alone.")
          .tag("provider", provider)
          .register(meters);
    }

    Entry enter() throws InterruptedException {
      Duration rest = rest();
      if (rest.isPositive()) {
        return new Entry.Refused(leftAlone("asked to be left alone", rest));
      }
      if (!places.tryAcquire(settings.patience().toNanos(), TimeUnit.NANOSECONDS)) {
        return new Entry.Refused(
            Failure.busy(
                "Provider '%s' has %d calls in hand and gets no more; try again shortly."
                    .formatted(provider, concurrent),
                Duration.ofSeconds(1)));
      }
      Optional<Permit> permit = circuit.tryPermit();
      if (permit.isEmpty()) {
        places.release();
        return new Entry.Refused(leftAlone("has failed several times in a row", openFor()));
      }
      return new Entry.Admitted(new Visit(this, permit.get()));
    }

    void failed(Failure failure, Permit permit) {
      switch (failure.kind()) {
        case PROVIDER_ERROR, PROVIDER_UNREACHABLE, TIME_OUT, PROVIDER_CREDENTIALS -> {
          lastFailure = failure;
          permit.failed(new IllegalStateException(failure.message()));
        }
        case RATE_LIMITED -> {
          lastFailure = failure;
          permit.succeeded();
        }
        case INVALID_REQUEST,
            MODEL_NOT_FOUND,
            PROVIDER_NOT_FOUND,
            OFFLINE_ONLY,
            PROVIDER_REFUSED,
            STILL_RUNNING ->
            permit.succeeded();
        case CANCELLED, RESERVED -> permit.ignored();
      }
      Duration asked = failure.retryAfter();
      if (asked != null && asked.compareTo(SHORTEST_REST) > 0 && asksForRest(failure)) {
        restUntil = clock.instant().plus(asked.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : asked);
      }
    }

    /** An unreachable provider says nothing; its hint is the gateway's own. */
    private static boolean asksForRest(Failure failure) {
      return failure.kind() == Failure.Kind.RATE_LIMITED
          || failure.kind() == Failure.Kind.PROVIDER_ERROR;
    }

    private Failure leftAlone(String why, Duration until) {
      Failure last = lastFailure;
      boolean limited = last != null && last.kind() == Failure.Kind.RATE_LIMITED;
      return new Failure(
          limited ? Failure.Kind.RATE_LIMITED : Failure.Kind.PROVIDER_UNREACHABLE,
          limited ? 429 : 503,
          "Provider '"
              + provider
              + "' "
              + why
              + " and is not asked for a while."
              + (last == null ? "" : " Its last failure: " + last.message()),
          null,
          limited ? "rate_limit_exceeded" : "provider_left_alone",
          until);
    }

    private Duration rest() {
      Duration rest = Duration.between(clock.instant(), restUntil);
      return restUntil.equals(Instant.MIN) ? Duration.ZERO : rest;
    }

    private Duration openFor() {
      return circuit.state() instanceof CircuitBreaker.State.Open(Duration left)
          ? left
          : settings.openFor();
    }

    private boolean open() {
      return rest().isPositive() || circuit.state() instanceof CircuitBreaker.State.Open;
    }

    private int running() {
      return concurrent - places.availablePermits();
    }

    Health health() {
      Duration rest = rest();
      Optional<String> failure = Optional.ofNullable(lastFailure).map(Failure::message);
      if (rest.isPositive()) {
        return new Health("resting", rest, running(), concurrent, failure);
      }
      return switch (circuit.state()) {
        case CircuitBreaker.State.Closed _ ->
            new Health("closed", Duration.ZERO, running(), concurrent, failure);
        case CircuitBreaker.State.Open(Duration left) ->
            new Health("open", left, running(), concurrent, failure);
        case CircuitBreaker.State.HalfOpen _ ->
            new Health("half_open", Duration.ZERO, running(), concurrent, failure);
      };
    }
  }
}
