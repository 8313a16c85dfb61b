package io.weir.platform.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.runtime.Component;
import io.weir.platform.access.Principal;
import io.weir.platform.live.Mailbox;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All that clients keep open to watch: so many and no more, given up when they don't read, and
 * ended when the service stops. Add it to the service last, so that it is drained first: those who
 * watch need not wait for the work that is in hand. Thread-safe.
 */
public final class LiveStreams implements Component {
  private static final Duration FULL = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(3);
  private static final int SPREAD = 40;

  private final LiveSettings settings;
  private final Duration pingEvery;
  private final Set<Place> places = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> byUser = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Counter refused;
  private final Counter givenUp;
  private volatile boolean draining;

  /** Nothing is open yet. */
  public LiveStreams(LiveSettings settings, HttpSettings http, MeterRegistry meters) {
    this.settings = settings;
    Duration most = http.readTimeout().dividedBy(3);
    this.pingEvery = settings.keepAlive().compareTo(most) < 0 ? settings.keepAlive() : most;
    Gauge.builder("weir.live.open", open, AtomicInteger::get)
        .description("Event streams and sockets that are open.")
        .register(meters);
    this.refused =
        Counter.builder("weir.live.refused")
            .description("Event streams and sockets that found no room.")
            .register(meters);
    this.givenUp =
        Counter.builder("weir.live.given.up")
            .description("Sockets that were given up because their client did not read.")
            .register(meters);
  }

  /** How many are open. */
  int size() {
    return places.size();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  LiveSettings settings() {
    return settings;
  }

  /** After so long a ping is due: a client's answer comes well before its silence is too long. */
  Duration pingEvery() {
    return pingEvery;
  }

  EventOutput.Patience patience() {
    return new EventOutput.Patience(settings.keepAlive(), settings.stall());
  }

  /** When those who are sent away come back: not all at once. */
  Duration comeBackAfter() {
    return Duration.ofMillis(1_000 + 100L * (numbers.get() % SPREAD));
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("live-watch").start(this::lookAfterWriters);
  }

  /**
   * Room for one more.
   *
   * @param mailbox is ended when the service stops
   * @throws ProblemException 503 when there is no room, or the service stops; 429 when this user
   *     has too many
   */
  Place enter(Principal who, Mailbox<?> mailbox) {
    var place = new Place(who, mailbox);
    places.add(place);
    boolean room = open.incrementAndGet() <= settings.maxOpen();
    int own = byUser.merge(who.limitedBy(), 1, Integer::sum);
    numbers.incrementAndGet();
    if (draining || !room) {
      place.close();
      refused.increment();
      throw new ProblemException(
          Problem.unavailable(
              draining
                  ? "the service is stopping"
                  : "all %d streams are in use; try again".formatted(settings.maxOpen()),
              FULL));
    }
    if (who.via() != Principal.Via.LOCAL && own > settings.maxOpenPerUser()) {
      place.close();
      refused.increment();
      throw new ProblemException(
          Problem.tooManyRequests(
              "you have %d streams open, the most; close one".formatted(settings.maxOpenPerUser()),
              FULL));
    }
    return place;
  }

  /** Says goodbye to all; who does not hear it is cut off. */
  @Override
  public void drain(Duration timeout) throws InterruptedException {
    draining = true;
    Duration most = timeout.compareTo(LONGEST_GOODBYE) < 0 ? timeout : LONGEST_GOODBYE;
    long deadline = System.nanoTime() + most.toNanos();
    places.forEach(place -> place.mailbox.end());
    while (!places.isEmpty() && System.nanoTime() - deadline < 0) {
      var _ = closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
    places.forEach(Place::cutOff);
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void lookAfterWriters() {
    try {
      long every = Math.clamp(settings.stall().toMillis() / 4, 50, 1_000);
      while (!closing.await(every, TimeUnit.MILLISECONDS)) {
        for (Place place : places) {
          if (place.stalled(settings.stall())) {
            givenUp.increment();
            place.cutOff();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One stream or socket. */
  final class Place implements AutoCloseable {
    private final Principal who;
    private final Mailbox<?> mailbox;
    private volatile long busySince;
    private volatile @Nullable Thread writer;

    private Place(Principal who, Mailbox<?> mailbox) {
      this.who = who;
      this.mailbox = mailbox;
    }

    /** The current thread writes from now on. */
    void written() {
      writer = Thread.currentThread();
    }

    /** The writer may have to wait for the client now, until {@link #rest}. */
    void busy() {
      busySince = Math.max(1, System.nanoTime());
    }

    void rest() {
      busySince = 0;
    }

    private boolean stalled(Duration longest) {
      long since = busySince;
      return since != 0 && System.nanoTime() - since > longest.toNanos();
    }

    /**
     * Ends whatever the writer waits for; on a virtual thread that closes a socket it writes to.
     */
    private void cutOff() {
      Thread writing = writer;
      if (writing != null) {
        writing.interrupt();
      }
    }

    @Override
    public void close() {
      if (places.remove(this)) {
        open.decrementAndGet();
        byUser.computeIfPresent(who.limitedBy(), (_, n) -> n > 1 ? n - 1 : null);
      }
    }
  }
}
