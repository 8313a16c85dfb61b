package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.flow.KeyedOrder;
import io.weir.messaging.flow.ReadyThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a message that has come: it gets its lease, and then a thread of its own, its
 * place behind others of its key, or, if the consumer runs inline, its handler at once.
 */
final class Intake implements PullIntake {
  private static final Duration LATE = Duration.ofMillis(100);

  /** Longer than a pull lives, or the same pull would bring it again. */
  private static final Duration WHILE_ALONE = Duration.ofSeconds(6);

  private static final Duration BEHIND_A_FAILURE = Duration.ofSeconds(2);

  /** A message in hand with what was read of it. */
  private record Arrival(HeldLease lease, Map<String, String> headers) {}

  private final Logger log = LoggerFactory.getLogger(Intake.class);
  private final Leases leases;
  private final Processing<?> processing;
  private final ConsumerOptions options;
  private final List<ConsumerSpec> lanes;
  private final KeyedOrder<Arrival> order;
  private final Runnable released;
  private final ReadyThreads threads;

  /**
   * @param lanes the durable consumers that messages come from
   * @param ackWait how long a message that was handed back may take to come again, beyond its delay
   * @param released told when a message is no longer in hand
   * @param caughtUp told when the last message in hand that waited for a thread has one
   */
  Intake(
      Leases leases,
      Processing<?> processing,
      ConsumerOptions options,
      List<ConsumerSpec> lanes,
      Duration ackWait,
      Runnable released,
      Runnable caughtUp) {
    this.leases = leases;
    this.processing = processing;
    this.options = options;
    this.lanes = List.copyOf(lanes);
    this.threads = new ReadyThreads(ConsumerSpec.name(lanes), caughtUp);
    this.order =
        new KeyedOrder<>(Math.max(1, options.concurrency() / 4), WHILE_ALONE.plus(ackWait));
    this.released = released;
  }

  /** Messages in hand that wait for others of their key. */
  int waiting() {
    return order.waiting();
  }

  @Override
  public boolean isBehind() {
    return threads.isBehind();
  }

  @Override
  public void take(Message message) {
    Optional<HeldLease> held;
    try {
      AckReply origin = AckReply.parse(message.getReplyTo(), lanes);
      held = options.inline() ? leases.holdHere(message, origin) : leases.hold(message, origin);
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("no message of a stream, dropped");
      released.run();
      return;
    }
    if (held.isEmpty()) {
      // It is in hand already, and goes on there.
      released.run();
      return;
    }
    held.get().occupies(released);
    var arrival = new Arrival(held.get(), MessageHeaders.read(message.getHeaders()));
    String key = keyOf(message, arrival.headers());
    if (processing.runsAlone()) {
      order.handedBack(key, arrival.lease().origin().sequence(), System.nanoTime());
      onItsOwn(() -> processing.handBack(arrival.lease(), arrival.headers(), WHILE_ALONE), arrival);
    } else if (options.inline()) {
      inline(arrival);
    } else if (key.isEmpty()) {
      onItsOwn(() -> processing.process(arrival.lease(), arrival.headers()), arrival);
    } else {
      inOrder(key, arrival);
    }
  }

  @Override
  public void handBack(Message message) {
    AckReply origin = AckReply.parse(message.getReplyTo());
    Map<String, String> headers = MessageHeaders.read(message.getHeaders());
    order.handedBack(keyOf(message, headers), origin.sequence(), System.nanoTime());
    var lease = new HeldLease(message, origin, LATE.plus(BEHIND_A_FAILURE));
    // It may have to read and write for it, and must not hold up the client's thread.
    threads.execute(() -> processing.handBackUnseen(lease, headers, LATE));
  }

  private void inline(Arrival arrival) {
    Runnable rest;
    try {
      rest = processing.processInline(arrival.lease(), arrival.headers());
    } catch (Throwable e) {
      log.atWarn().setCause(e).log("inline handling failed, trying it on a thread of its own");
      rest = () -> processing.process(arrival.lease(), arrival.headers());
    }
    if (rest == null) {
      done(arrival);
    } else {
      onItsOwn(rest, arrival);
    }
  }

  private void onItsOwn(Runnable work, Arrival arrival) {
    leases.handOn(arrival.lease());
    threads.execute(
        () -> {
          try {
            work.run();
          } finally {
            done(arrival);
          }
        });
  }

  private void inOrder(String key, Arrival arrival) {
    AckReply origin = arrival.lease().origin();
    switch (order.arrived(key, origin.sequence(), arrival, System.nanoTime())) {
      case RUNS -> threads.execute(() -> runKey(key, arrival));
      case WAITS -> {}
      case HANDED_BACK -> behindAFailure(arrival);
    }
  }

  /** One after another, until none of the key waits. */
  private void runKey(String key, Arrival first) {
    Optional<Arrival> next = Optional.of(first);
    while (next.isPresent()) {
      try {
        if (processing.isAbandoning()) {
          processing.handBack(next.get().lease(), next.get().headers(), LATE);
        } else if (next.get().lease().isHeld()) {
          processing.processInOrder(
              next.get().lease(),
              next.get().headers(),
              () -> order.failing(key, System.nanoTime()).forEach(this::behindAFailure));
        }
      } catch (Throwable e) {
        log.atWarn().setCause(e).log("a message was left to come again");
      } finally {
        Arrival settled = next.get();
        next = order.finished(key, System.nanoTime());
        done(settled);
      }
    }
  }

  private void behindAFailure(Arrival arrival) {
    onItsOwn(
        () -> processing.handBack(arrival.lease(), arrival.headers(), BEHIND_A_FAILURE), arrival);
  }

  private String keyOf(Message message, Map<String, String> headers) {
    if (options.order().isEmpty()) {
      return "";
    }
    try {
      return options.order().get().of(message.getSubject(), headers);
    } catch (RuntimeException e) {
      // The message has no order then; what is wrong with it shows when it is decoded.
      return "";
    }
  }

  private void done(Arrival arrival) {
    leases.release(arrival.lease());
    arrival.lease().makeRoom();
  }
}
