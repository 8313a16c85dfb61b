package io.weir.platform.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.TailListener;
import io.weir.messaging.Tailed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Hands out what one tail of a stream hears to everybody in the process who watches. A message
 * costs as much as there are watchers of it, however many others there are. Thread-safe.
 */
public final class Feed<T> implements TailListener<T> {
  /** The topic of those who watch everything. */
  public static final String ALL = "*";

  private final Function<T, List<String>> topics;
  private final Map<String, Set<Mailbox<T>>> watchers = new ConcurrentHashMap<>();
  private final AtomicInteger watching = new AtomicInteger();
  private volatile boolean following;

  /** Somebody who watches, until it is closed. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Nobody watches yet.
   *
   * @param name of what is fed, for the metrics
   * @param topics what a message is about; whoever watches one of them gets it
   */
  public Feed(String name, Function<T, List<String>> topics, MeterRegistry meters) {
    this.topics = topics;
    Gauge.builder("weir.live.watchers", watching, AtomicInteger::get)
        .description("Streams and sockets of clients that watch a feed.")
        .tag("feed", name)
        .register(meters);
  }

  /** Puts what is about {@code topic} into {@code mailbox}, from now on. */
  public Watch watch(String topic, Mailbox<T> mailbox) {
    watchers.compute(
        topic,
        (_, there) -> {
          Set<Mailbox<T>> all = there == null ? ConcurrentHashMap.newKeySet() : there;
          all.add(mailbox);
          return all;
        });
    watching.incrementAndGet();
    return () -> leave(topic, mailbox);
  }

  /** Whether what happens now is heard at once. */
  public boolean following() {
    return following;
  }

  @Override
  public void message(Tailed<T> message) {
    to(ALL, message);
    topics.apply(message.payload()).forEach(topic -> to(topic, message));
  }

  @Override
  public void following(boolean lost) {
    following = true;
    watchers.values().forEach(all -> all.forEach(mailbox -> mailbox.resumed(lost)));
  }

  @Override
  public void interrupted() {
    following = false;
  }

  private void to(String topic, Tailed<T> message) {
    watchers.getOrDefault(topic, Set.of()).forEach(mailbox -> mailbox.put(message));
  }

  private void leave(String topic, Mailbox<T> mailbox) {
    watchers.computeIfPresent(
        topic,
        (_, all) -> {
          if (all.remove(mailbox)) {
            watching.decrementAndGet();
          }
          return all.isEmpty() ? null : all;
        });
  }
}
