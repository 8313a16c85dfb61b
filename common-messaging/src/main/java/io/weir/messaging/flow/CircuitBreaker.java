package io.weir.messaging.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.InvalidMessageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops calling a dependency that keeps failing: closed → open after failures in a row → half-open
 * with a few probes once some time has passed → closed after as many successes, open again at the
 * first failure. Decides at once and never waits. Thread-safe.
 *
 * <p>Written here because the rule is strict: Resilience4j judges half-open only when all probes
 * have reported, and counts what was called before the last change of state.
 */
public final class CircuitBreaker {
  /**
   * When a circuit opens and closes.
   *
   * @param failures failures in a row that open it, at least 1
   * @param openFor how long it stays open before the first probe, at least 1 ms
   * @param probes calls let through while half-open, and successes that close it; at least 1
   * @param permanent failures that are the call's own fault and say nothing of the dependency
   */
  public record Settings(
      int failures, Duration openFor, int probes, Predicate<Throwable> permanent) {
    /**
     * 5 failures, 60 s, 2 probes; an {@link InvalidMessageException} and an interrupt do not count.
     */
    public static final Settings DEFAULT =
        new Settings(
            5,
            Duration.ofSeconds(60),
            2,
            failure ->
                failure instanceof InvalidMessageException
                    || failure instanceof InterruptedException);

    public Settings {
      if (failures < 1 || probes < 1 || openFor.toMillis() < 1) {
        throw new IllegalArgumentException(
            "a circuit wants at least 1 failure, 1 probe and 1 ms, got %d, %d and %s"
                .formatted(failures, probes, openFor));
      }
    }

    public Settings withOpenFor(Duration duration) {
      return new Settings(failures, duration, probes, permanent);
    }

    /** With more failures that do not count. */
    public Settings ignoring(Predicate<Throwable> more) {
      return new Settings(failures, openFor, probes, permanent.or(more));
    }
  }

  /** Where a circuit stands. */
  public sealed interface State {
    /** Calls are made. */
    record Closed() implements State {}

    /**
     * No calls are made.
     *
     * @param retryAfter until the first probe; zero when the next call is one
     */
    record Open(Duration retryAfter) implements State {}

    /** A few calls are made to see whether the dependency is back. */
    record HalfOpen() implements State {}
  }

  /** The right to one call, which must report how it went; only its first report counts. */
  public final class Permit {
    private final long era;
    private boolean reported;

    private Permit(long era) {
      this.era = era;
    }

    /** The dependency did what it should. */
    public void succeeded() {
      report(this, CircuitBreaker.this::noteSuccess);
    }

    /** The dependency failed; whether that counts the settings say. */
    public void failed(Throwable failure) {
      if (settings.permanent().test(failure)) {
        ignored();
      } else {
        report(this, CircuitBreaker.this::noteFailure);
      }
    }

    /** The call was not made, or how it went says nothing of the dependency. */
    public void ignored() {
      report(this, () -> probesOut--);
    }
  }

  private enum Phase {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
  private final String name;
  private final Settings settings;
  private final Clock clock;
  private final Counter opened;
  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();

  private Phase phase = Phase.CLOSED;
  private Instant openUntil = Instant.MIN;
  private int failuresInARow;
  private int probesOut;
  private int probesGood;

  /** Counts the changes of phase: a report from an earlier one is void. */
  private long era;

  private CircuitBreaker(String name, Settings settings, Clock clock, MeterRegistry meters) {
    this.name = name;
    this.settings = settings;
    this.clock = clock;
    this.opened =
        Counter.builder("weir.circuit.opened")
            .description("Times a circuit opened because its dependency kept failing.")
            .tag("dependency", name)
            .register(meters);
    gauge(meters, "closed", State.Closed.class);
    gauge(meters, "open", State.Open.class);
    gauge(meters, "half_open", State.HalfOpen.class);
  }

  /**
   * A closed circuit.
   *
   * @param name the dependency's name, such as {@code mongodb}; a label of its meters
   */
  public static CircuitBreaker of(
      String name, Settings settings, Clock clock, MeterRegistry meters) {
    return new CircuitBreaker(name, settings, clock, meters);
  }

  /**
   * Does {@code work} if the circuit lets it, and takes note of how it went.
   *
   * @throws CircuitOpenException when it does not; {@code work} was not begun
   */
  public <T> T call(Callable<T> work) throws Exception {
    Permit permit = tryPermit().orElseThrow(this::refusal);
    try {
      T result = work.call();
      permit.succeeded();
      return result;
    } catch (Throwable e) {
      permit.failed(e);
      throw e;
    }
  }

  /** The right to one call; empty while the circuit is open or its probes are under way. */
  public Optional<Permit> tryPermit() {
    return changing(
        () -> {
          if (phase == Phase.OPEN && !clock.instant().isBefore(openUntil)) {
            enter(Phase.HALF_OPEN);
          }
          boolean granted =
              phase == Phase.CLOSED
                  || (phase == Phase.HALF_OPEN && probesOut + probesGood < settings.probes());
          probesOut += granted ? 1 : 0;
          return granted;
        });
  }

  /** What a caller without a permit may throw. */
  public CircuitOpenException refusal() {
    return new CircuitOpenException(
        name, state() instanceof State.Open(var retryAfter) ? retryAfter : Duration.ZERO);
  }

  /** Where it stands now. */
  public synchronized State state() {
    return switch (phase) {
      case CLOSED -> new State.Closed();
      case HALF_OPEN -> new State.HalfOpen();
      case OPEN -> {
        Duration left = Duration.between(clock.instant(), openUntil);
        yield new State.Open(left.isNegative() ? Duration.ZERO : left);
      }
    };
  }

  /** Closes the circuit: the dependency has shown in another way that it is back. */
  public void reset() {
    var _ =
        changing(
            () -> {
              if (phase != Phase.CLOSED) {
                enter(Phase.CLOSED);
              }
              return true;
            });
  }

  /**
   * Ends the wait of an open circuit: there is a sign that the dependency may be back, and the next
   * call is a probe.
   */
  public synchronized void tryNow() {
    if (phase == Phase.OPEN) {
      openUntil = clock.instant();
    }
  }

  /** Tells {@code listener} each new state, on the thread that caused it; it must not block. */
  public void onTransition(Consumer<State> listener) {
    listeners.add(listener);
  }

  private void noteSuccess() {
    probesOut--;
    failuresInARow = 0;
    if (phase == Phase.HALF_OPEN && ++probesGood == settings.probes()) {
      enter(Phase.CLOSED);
    }
  }

  private void noteFailure() {
    probesOut--;
    if (phase == Phase.HALF_OPEN || ++failuresInARow == settings.failures()) {
      enter(Phase.OPEN);
      openUntil = clock.instant().plus(settings.openFor());
    }
  }

  private void enter(Phase next) {
    phase = next;
    era++;
    failuresInARow = 0;
    probesOut = 0;
    probesGood = 0;
  }

  private void report(Permit permit, Runnable report) {
    var _ =
        changing(
            () -> {
              if (!permit.reported && permit.era == era) {
                report.run();
              }
              permit.reported = true;
              return true;
            });
  }

  /** Makes {@code change}; gives a permit of the phase after it if it was granted. */
  private Optional<Permit> changing(BooleanSupplier change) {
    Optional<Permit> permit;
    Optional<State> news;
    synchronized (this) {
      long before = era;
      permit = change.getAsBoolean() ? Optional.of(new Permit(era)) : Optional.empty();
      news = era == before ? Optional.empty() : Optional.of(state());
    }
    news.ifPresent(this::tell);
    return permit;
  }

  private void tell(State now) {
    log.atWarn()
        .addKeyValue("dependency", name)
        .addKeyValue("state", now.getClass().getSimpleName())
        .log("circuit changed");
    if (now instanceof State.Open) {
      opened.increment();
    }
    for (Consumer<State> listener : listeners) {
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        log.atWarn().addKeyValue("dependency", name).setCause(e).log("circuit listener failed");
      }
    }
  }

  private void gauge(MeterRegistry meters, String label, Class<? extends State> state) {
    Gauge.builder("weir.circuit.state", () -> state.isInstance(state()) ? 1 : 0)
        .description("1 for the state that the circuit to a dependency is in.")
        .tags("dependency", name, "state", label)
        .register(meters);
  }
}
