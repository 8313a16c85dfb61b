package io.weir.gateway.usage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.weir.messaging.MessagingException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import io.weir.proto.v1.LlmUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the ledger of every call, and keeps what could not be told: on the disk, so that neither an
 * outage of NATS nor a kill loses any. A call is noted before it is made; one that never ends is
 * told as {@code unknown} by whoever starts next in the same folder. When what is kept outgrows its
 * bound, no further call is made. Thread-safe.
 */
public final class UsageSpool implements Component, HealthSource {
  private static final Logger log = LoggerFactory.getLogger(UsageSpool.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int AT_ONCE = 200;

  private final Untold untold;
  private final long mostBytes;
  private final AckWaits acks;
  private final Sending sending;
  private final Batches<Ended> together =
      new Batches<>(Integer.MAX_VALUE, Duration.ZERO, this::tell);
  private final DeadProcesses dead;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread teller;

  /**
   * A call to be told.
   *
   * @param trace of its request, whoever tells it
   */
  private record Ended(LlmUsage call, Context trace) {}

  /** Publishes a message and tells when JetStream has it; empty when there is no room to. */
  @FunctionalInterface
  public interface Sending {
    Optional<CompletableFuture<Long>> send(Outgoing message) throws InterruptedException;
  }

  /**
   * Does no I/O.
   *
   * @param mostBytes of calls that could not be told
   * @param ackWait how long JetStream may take for those that are told together; an answer whose
   *     call ends just after theirs waits for them first
   */
  public UsageSpool(
      Path folder, long mostBytes, Duration ackWait, Sending sending, MeterRegistry meters) {
    this.untold = new Untold(folder);
    this.mostBytes = mostBytes;
    this.acks = new AckWaits(ackWait);
    this.sending = sending;
    this.dead = new DeadProcesses(meters);
    Gauge.builder("weir.llm.usage.kept", this, UsageSpool::kept)
        .description("Calls whose usage is kept here because NATS has not taken it yet.")
        .register(meters);
  }

  /** Opens a journal of its own and adopts those of dead processes. */
  @Override
  public void start() throws IOException {
    untold.open(dead::adopt);
    teller = Thread.ofVirtual().name("usage-spool").start(this::keepTelling);
  }

  /** The name of this process, which no other one has ever had; empty when it does not run. */
  public String process() {
    return untold.name();
  }

  /**
   * Processes that died in this folder and whose calls are all told by now, until {@link #buried}.
   */
  Set<String> dead() {
    return dead.told(untold::anyOf);
  }

  /** The journal stays when this process ends, so that the next one knows that it was here. */
  void leaveBehind() {
    untold.leaveBehind();
  }

  /** Nothing of it is left. */
  void buried(String process) {
    dead.buried(process);
  }

  /** Whether so much waits to be told that no further call may be made. */
  public boolean full() {
    return untold.bytes() > mostBytes;
  }

  /** Notes a call that is about to be made, as what it is if it never ends. */
  void begin(LlmUsage unknown) {
    untold.begin(unknown);
  }

  /** A call goes on without this process: whoever finds its end notes it anew. */
  void goesOn(String id) {
    untold.forget(id);
  }

  /**
   * Tells how a call ended, and waits until JetStream has it, for a bounded time. What it has not
   * taken by then is kept and told later. Calls that end while others are told are told together
   * after them, in one message.
   */
  void end(LlmUsage call) {
    untold.end(call);
    boolean interrupted = Thread.interrupted();
    try {
      if (interrupted) {
        boolean _ = send(List.of(call), new ArrayList<>()); // its caller has left, and nobody waits
      } else {
        together.write(new Ended(call, Context.current()));
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** An interrupt is for the thread that does it, not for the others: it is left for later. */
  private void tell(List<Ended> ended) {
    boolean interrupted = false;
    var sent = new ArrayList<CompletableFuture<Long>>();
    // What is of many requests is part of no single one's trace.
    Context trace = ended.size() == 1 ? ended.getFirst().trace() : Context.root();
    try (Scope _ = trace.makeCurrent()) {
      for (List<LlmUsage> group : UsageMessages.groups(ended.stream().map(Ended::call).toList())) {
        interrupted |= send(group, sent);
      }
    }
    interrupted |= awaitStored(CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the thread was interrupted meanwhile. */
  private boolean awaitStored(CompletableFuture<Void> all) {
    boolean interrupted = false;
    while (true) {
      try {
        acks.await(all);
        return interrupted;
      } catch (ExecutionException e) {
        log.atDebug().addKeyValue("reason", String.valueOf(e.getMessage())).log("usage kept");
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  /**
   * Sends calls that are under way in one message, and adds its future to {@code sent}; what could
   * not be sent is kept.
   *
   * @return whether the thread was interrupted meanwhile, which is no reason not to send it
   */
  private boolean send(List<LlmUsage> calls, List<CompletableFuture<Long>> sent) {
    boolean interrupted = Thread.interrupted();
    while (true) {
      try {
        Optional<CompletableFuture<Long>> stored = sending.send(UsageMessages.of(calls));
        if (stored.isEmpty()) {
          untold.settled(calls, false);
        }
        stored.ifPresent(
            sequence ->
                sent.add(sequence.whenComplete((s, e) -> untold.settled(calls, e == null))));
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (RuntimeException | Error e) {
        log.atLevel(e instanceof MessagingException ? Level.DEBUG : Level.WARN)
            .addKeyValue("reason", e.getMessage())
            .log("usage kept");
        untold.settled(calls, false);
        return interrupted;
      }
    }
  }

  private void keepTelling() {
    try {
      while (closed.getCount() > 0) {
        tellKept();
        boolean _ = closed.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("usage is told no more");
      throw e;
    }
  }

  /**
   * Sends what is kept, some at once, until one is not taken. Each is a message of its own, so that
   * one that is refused keeps no other back.
   */
  private void tellKept() throws InterruptedException {
    while (true) {
      var sent = new ArrayList<CompletableFuture<Long>>();
      boolean interrupted = false;
      for (LlmUsage call : untold.take(AT_ONCE)) {
        interrupted |= send(List.of(call), sent);
      }
      if (interrupted) {
        throw new InterruptedException("stopped while calls that were kept are told");
      }
      for (CompletableFuture<Long> one : sent) {
        try {
          long _ = one.get();
        } catch (ExecutionException e) {
          return;
        }
      }
      if (sent.isEmpty()) {
        return;
      }
    }
  }

  int kept() {
    return untold.size();
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    tellKept();
  }

  @Override
  public void close() {
    closed.countDown();
    awaitTeller();
    try {
      untold.close();
    } catch (IOException e) {
      log.atWarn().setCause(e).log("journal of usage not closed");
    }
  }

  /**
   * What is in the file that is left behind is for whoever adopts it to tell, and for them alone.
   */
  private void awaitTeller() {
    Thread last = teller;
    if (last != null) {
      try {
        boolean _ = last.join(AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public List<HealthCheck> checks() {
    if (full()) {
      return List.of(
          HealthCheck.degraded(
              "usage",
              kept() + " calls could not be told to NATS, which is the most that is kept",
              "no model is asked until NATS is back"));
    }
    return List.of(
        untold.allUnderWay()
            ? HealthCheck.ok("usage")
            : HealthCheck.degraded(
                "usage",
                kept() + " calls are not told to NATS yet",
                "they are kept on the disk and told when it is back"));
  }
}
