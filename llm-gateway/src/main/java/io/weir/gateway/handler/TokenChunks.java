package io.weir.gateway.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.weir.messaging.MessagingException;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmChunk;
import io.weir.proto.v1.LlmChunk.Ending;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells the tokens of one attempt at an answer to whoever watches, without ever holding up the
 * answer. One message is under way at a time, so that they stay in order; what comes meanwhile
 * shares the next one. What finds no room or no broker is dropped, and its number left out.
 * Thread-safe.
 */
final class TokenChunks implements AutoCloseable {
  /** Publishes a message and tells when JetStream has it; empty when there is no room to. */
  @FunctionalInterface
  interface Sending {
    Optional<CompletableFuture<Long>> send(Outgoing message) throws InterruptedException;
  }

  /**
   * What a broker is asked to bear for one answer.
   *
   * @param pause least time between two messages
   * @param messageBytes of chunks in one message; a single longer one is dropped
   * @param waitingBytes of chunks that wait to be sent
   */
  record Bounds(Duration pause, int messageBytes, int waitingBytes) {
    /** Faster than anybody reads, and far below the 1 MiB that a server takes. */
    static final Bounds DEFAULT = new Bounds(Duration.ofMillis(40), 128 << 10, 512 << 10);
  }

  private record Numbered(int number, ByteString json) {}

  private final String correlation;
  private final int attempt;
  private final Sending sending;
  private final Bounds bounds;
  private final Clock clock;
  private final Counter sent;
  private final Counter dropped;
  private final String run = UUID.randomUUID().toString();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Numbered> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private int next = 1;
  private Ending ending = Ending.ENDING_UNSPECIFIED;
  private boolean running;
  private boolean closed;

  TokenChunks(
      String correlation,
      int attempt,
      Sending sending,
      Bounds bounds,
      Clock clock,
      MeterRegistry meters) {
    this.correlation = correlation;
    this.attempt = attempt;
    this.sending = sending;
    this.bounds = bounds;
    this.clock = clock;
    this.sent = counter(meters, "sent");
    this.dropped = counter(meters, "dropped");
  }

  private static Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder("weir.llm.stream.chunks")
        .description(
            "Chunks of answers told on ai.llm.stream, or dropped because there was no room.")
        .tag("outcome", outcome)
        .register(meters);
  }

  /** Tells one more chunk; {@code json} is not to be changed any more. */
  void add(byte[] json) {
    lock.lock();
    try {
      int number = next++;
      if (json.length > bounds.messageBytes()
          || waitingBytes + json.length > bounds.waitingBytes()) {
        dropped.increment();
        return;
      }
      waiting.add(new Numbered(number, UnsafeByteOperations.unsafeWrap(json)));
      waitingBytes += json.length;
      run();
    } finally {
      lock.unlock();
    }
  }

  /** Whether this attempt has said something. */
  boolean begun() {
    lock.lock();
    try {
      return next > 1;
    } finally {
      lock.unlock();
    }
  }

  /** Tells how the attempt has ended, once all before is told. */
  void end(Ending how) {
    lock.lock();
    try {
      ending = how;
      run();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is told than what has been added. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    changed.signalAll();
    if (!running) {
      running = true;
      // The messages belong to the trace of their request.
      Thread.ofVirtual().name("token-chunks").start(Context.current().wrap(this::tell));
    }
  }

  private void tell() {
    try {
      for (Optional<LlmChunk> message = take(); message.isPresent(); message = take()) {
        send(message.get());
        if (message.get().getEnding() != Ending.ENDING_UNSPECIFIED) {
          return;
        }
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits, up to a hole in its numbers; empty when nothing comes any more. */
  private Optional<LlmChunk> take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && ending == Ending.ENDING_UNSPECIFIED && !closed) {
        changed.await();
      }
      if (waiting.isEmpty() && ending == Ending.ENDING_UNSPECIFIED) {
        return Optional.empty();
      }
      int first = waiting.isEmpty() ? next : waiting.getFirst().number();
      LlmChunk.Builder message = message(first);
      int bytes = 0;
      while (!waiting.isEmpty()
          && waiting.getFirst().number() == first + message.getChunkJsonCount()
          && (bytes == 0 || bytes + waiting.getFirst().json().size() <= bounds.messageBytes())) {
        ByteString json = waiting.removeFirst().json();
        bytes += json.size();
        message.addChunkJson(json);
      }
      waitingBytes -= bytes;
      boolean last = waiting.isEmpty() && first + message.getChunkJsonCount() == next;
      if (last) {
        message.setEnding(ending);
      }
      return Optional.of(message.build());
    } finally {
      lock.unlock();
    }
  }

  private LlmChunk.Builder message(int number) {
    Instant now = clock.instant();
    return LlmChunk.newBuilder()
        .setCorrelationId(correlation)
        .setAttempt(attempt)
        .setNumber(number)
        .setTimestamp(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
  }

  private void send(LlmChunk message) throws InterruptedException {
    boolean stored = false;
    try {
      Optional<CompletableFuture<Long>> acknowledged =
          sending.send(
              Outgoing.of(
                  Subjects.LLM_STREAM.with(correlation),
                  "llm-chunk:%s:%d:%d"
                      .formatted(run, message.getNumber(), message.getChunkJsonCount()),
                  Codecs.LLM_CHUNK,
                  message,
                  correlation));
      if (acknowledged.isPresent()) {
        long _ = acknowledged.get().get();
        stored = true;
      }
    } catch (MessagingException | ExecutionException e) {
      // NATS is away or slow. The answer has its own way, and the numbers tell.
    }
    (stored ? sent : dropped).increment(message.getChunkJsonCount());
  }

  /** So that tokens of one moment share a message; the end need not wait. */
  private void pause() throws InterruptedException {
    lock.lock();
    try {
      long left = bounds.pause().toNanos();
      while (left > 0 && ending == Ending.ENDING_UNSPECIFIED && !closed) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
