package io.weir.gateway.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.MessagingException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the ledger of every call, and keeps what could not be told: on the disk, so that neither an
 * outage of NATS nor a kill loses any. A call is noted before it is made; one that never ends is
 * told as {@code unknown} by whoever starts next in the same folder. When what is kept outgrows its
 * bound, no further call is made. Thread-safe.
 */
public final class UsageSpool implements Component, HealthSource {
  private static final Logger log = LoggerFactory.getLogger(UsageSpool.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final long REWRITE_ABOVE = 1 << 20;
  private static final int AT_ONCE = 200;

  private final Path folder;
  private final long mostBytes;
  private final Duration ackWait;
  private final Sending sending;
  private final Counter adopted;
  private final CountDownLatch closed = new CountDownLatch(1);

  private final Map<String, LlmUsage> begun = new LinkedHashMap<>();
  private final Map<String, LlmUsage> ended = new LinkedHashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private @Nullable Journal journal;
  private @Nullable Thread teller;
  private long keptBytes;
  private long compactAt = REWRITE_ABOVE;

  /** Publishes a message and tells when JetStream has it; empty when there is no room to. */
  @FunctionalInterface
  public interface Sending {
    Optional<CompletableFuture<Long>> send(Outgoing message) throws InterruptedException;
  }

  /**
   * Does no I/O.
   *
   * @param mostBytes of calls that could not be told
   * @param ackWait how long the end of an answer waits for JetStream
   */
  public UsageSpool(
      Path folder, long mostBytes, Duration ackWait, Sending sending, MeterRegistry meters) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.ackWait = ackWait;
    this.sending = sending;
    this.adopted =
        Counter.builder("weir.llm.calls.unknown.adopted")
            .description("Calls that a killed process had begun, told as unknown.")
            .register(meters);
    Gauge.builder("weir.llm.usage.kept", this, UsageSpool::kept)
        .description("Calls whose usage is kept here because NATS has not taken it yet.")
        .register(meters);
  }

  /** Opens a journal of its own and adopts those of dead processes. */
  @Override
  public void start() throws IOException {
    synchronized (this) {
      journal = Journal.create(folder);
      Journal.adopt(folder, this::adopt);
    }
    teller = Thread.ofVirtual().name("usage-spool").start(this::keepTelling);
  }

  private void adopt(Journal.Left left) throws IOException {
    var all = new ArrayList<>(left.ended());
    all.addAll(left.begun());
    for (LlmUsage call : all) {
      noteEnded(call);
    }
    adopted.increment(left.begun().size());
    if (!all.isEmpty()) {
      log.atInfo()
          .addKeyValue("untold", left.ended().size())
          .addKeyValue("unknown", left.begun().size())
          .log("usage of a process that was killed");
    }
  }

  /** Whether so much waits to be told that no further call may be made. */
  public synchronized boolean full() {
    return keptBytes > mostBytes;
  }

  /** Notes a call that is about to be made, as what it is if it never ends. */
  synchronized void begin(LlmUsage unknown) {
    begun.put(unknown.getRequestId(), unknown);
    write(open -> open.begun(unknown));
  }

  /**
   * Tells how a call ended, and waits until JetStream has it, for a bounded time. What it has not
   * taken by then is kept and told later.
   */
  void end(LlmUsage call) {
    synchronized (this) {
      begun.remove(call.getRequestId());
      noteEnded(call);
    }
    boolean interrupted = Thread.interrupted();
    try {
      Optional<CompletableFuture<Long>> stored = send(call);
      if (stored.isPresent() && !interrupted) {
        long _ = stored.get().get(ackWait.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException | ExecutionException e) {
      log.atDebug().addKeyValue("reason", String.valueOf(e.getMessage())).log("usage kept");
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<CompletableFuture<Long>> send(LlmUsage call) throws InterruptedException {
    String id = call.getRequestId();
    synchronized (this) {
      if (!ended.containsKey(id) || !underWay.add(id)) {
        return Optional.empty();
      }
    }
    try {
      Optional<CompletableFuture<Long>> stored = sending.send(message(call));
      if (stored.isPresent()) {
        return Optional.of(
            stored.get().whenComplete((sequence, failure) -> settled(id, failure == null)));
      }
    } catch (MessagingException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("usage kept");
    }
    settled(id, false);
    return Optional.empty();
  }

  private synchronized void settled(String id, boolean told) {
    underWay.remove(id);
    if (told) {
      LlmUsage call = ended.remove(id);
      if (call != null) {
        keptBytes -= call.getSerializedSize();
        write(open -> open.told(id));
      }
    }
  }

  private void noteEnded(LlmUsage call) {
    LlmUsage before = ended.put(call.getRequestId(), call);
    keptBytes += call.getSerializedSize() - (before == null ? 0 : before.getSerializedSize());
    write(open -> open.ended(call));
  }

  /** Unknown and known are two messages: the second must not pass for a copy of the first. */
  private static Outgoing message(LlmUsage call) {
    return Outgoing.of(
        Subjects.LLM_USAGE.with(),
        "usage:" + call.getRequestId() + ":" + call.getOutcome(),
        Codecs.LLM_USAGE,
        call,
        call.getCorrelationId());
  }

  @FunctionalInterface
  private interface Writing {
    void to(Journal journal) throws IOException;
  }

  private void write(Writing writing) {
    Journal open = journal;
    if (open == null) {
      return; // before the start, or after the end
    }
    try {
      writing.to(open);
      if (open.size() > compactAt) {
        open.rewrite(begun.values(), ended.values());
        compactAt = Math.max(REWRITE_ABOVE, 2 * open.size());
      }
    } catch (IOException e) {
      // A purchase that can't be noted must not be made.
      throw new UncheckedIOException("the journal of usage can't be written in " + folder, e);
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

  /** Sends what is kept, some at once, until one is not taken. */
  private void tellKept() throws InterruptedException {
    while (true) {
      List<LlmUsage> next;
      synchronized (this) {
        next =
            ended.values().stream()
                .filter(call -> !underWay.contains(call.getRequestId()))
                .limit(AT_ONCE)
                .toList();
      }
      var sent = new ArrayList<CompletableFuture<Long>>();
      for (LlmUsage call : next) {
        send(call).ifPresent(sent::add);
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

  synchronized int kept() {
    return ended.size();
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    tellKept();
  }

  @Override
  public void close() {
    closed.countDown();
    awaitTeller();
    synchronized (this) {
      Journal open = journal;
      journal = null;
      if (open != null) {
        try {
          open.leave(begun.isEmpty() && ended.isEmpty());
        } catch (IOException e) {
          log.atWarn().setCause(e).log("journal of usage not closed");
        }
      }
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
  public synchronized List<HealthCheck> checks() {
    if (keptBytes > mostBytes) {
      return List.of(
          HealthCheck.degraded(
              "usage",
              ended.size() + " calls could not be told to NATS, which is the most that is kept",
              "no model is asked until NATS is back"));
    }
    return List.of(
        underWay.size() == ended.size()
            ? HealthCheck.ok("usage")
            : HealthCheck.degraded(
                "usage",
                ended.size() + " calls are not told to NATS yet",
                "they are kept on the disk and told when it is back"));
  }
}
