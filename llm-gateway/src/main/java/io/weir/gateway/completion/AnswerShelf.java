package io.weir.gateway.completion;

import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Failure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the same answer to the same idempotency key: a second request joins the first while it runs
 * and gets its stored answer afterwards. Only answers are kept, never failures, and only in memory,
 * because the gateway answers HTTP with neither NATS nor a database: what is kept is bounded in
 * bytes and age, and a restart forgets it. Thread-safe.
 */
public final class AnswerShelf {
  private final long maxBytes;
  private final Duration maxAge;
  private final Clock clock;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long storedBytes;

  /** What a key was first used for. */
  private static final class Entry {
    final String fingerprint;
    final CompletableFuture<Reply> reply = new CompletableFuture<>();
    Reply.@Nullable Answered stored;
    Instant storedAt = Instant.MAX;

    Entry(String fingerprint) {
      this.fingerprint = fingerprint;
    }
  }

  /** What to do with a request that carries a key. */
  public sealed interface Claim {
    /** Nobody did this before: do it, and tell the ticket how it went. */
    record Mine(Ticket ticket) implements Claim {}

    /** Somebody is doing it. */
    record Running(CompletableFuture<Reply> reply) implements Claim {}

    record Stored(Reply.Answered answer) implements Claim {}

    /** The key stands for another request. */
    record Refused(Failure failure) implements Claim {}
  }

  /** The duty to end a claim; closing it without an answer sets the key free. */
  public final class Ticket implements AutoCloseable {
    private final String key;
    private final Entry entry;

    private Ticket(String key, Entry entry) {
      this.key = key;
      this.entry = entry;
    }

    /** Keeps an answer, or passes a failure on to those who joined. */
    public void settle(Reply reply) {
      AnswerShelf.this.settle(key, entry, reply);
    }

    @Override
    public void close() {
      AnswerShelf.this.abandon(key, entry);
    }
  }

  /** Gets an answer that is not there yet. */
  @FunctionalInterface
  public interface Asking {
    Reply ask() throws InterruptedException;
  }

  /**
   * An empty shelf.
   *
   * @param maxBytes of all stored answers together; 0 keeps none, but running calls are still
   *     joined
   */
  public AnswerShelf(long maxBytes, Duration maxAge, Clock clock) {
    this.maxBytes = maxBytes;
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /** The answer for {@code key}: a stored one, that of a running call, or else {@code asking}'s. */
  public Reply once(String key, byte[] request, Asking asking) throws InterruptedException {
    while (true) {
      switch (claim(key, request)) {
        case Claim.Stored stored -> {
          return stored.answer();
        }
        case Claim.Refused refused -> {
          return new Reply.Failed(refused.failure());
        }
        case Claim.Mine mine -> {
          try (Ticket ticket = mine.ticket()) {
            Reply reply = asking.ask();
            ticket.settle(reply);
            return reply;
          }
        }
        case Claim.Running running -> {
          try {
            return running.reply().get();
          } catch (ExecutionException abandoned) {
            // Whoever ran it went away without an answer: it is our turn.
          }
        }
      }
    }
  }

  /** Looks at {@code key} and takes it if it is free. */
  public synchronized Claim claim(String key, byte[] request) {
    expire();
    String fingerprint = fingerprint(request);
    Entry entry = entries.get(key);
    if (entry == null) {
      Entry mine = new Entry(fingerprint);
      entries.put(key, mine);
      return new Claim.Mine(new Ticket(key, mine));
    }
    if (!entry.fingerprint.equals(fingerprint)) {
      return new Claim.Refused(reused());
    }
    return entry.stored == null ? new Claim.Running(entry.reply) : new Claim.Stored(entry.stored);
  }

  /** What somebody is told whose key stands for another request. */
  static Failure reused() {
    return new Failure(
        Failure.Kind.INVALID_REQUEST,
        422,
        "This Idempotency-Key was used for another request: expected the same body, or a new key"
            + " for a new request.",
        null,
        "idempotency_key_reused",
        null);
  }

  private synchronized void settle(String key, Entry entry, Reply reply) {
    if (reply instanceof Reply.Answered answered && answered.body().length <= maxBytes) {
      entry.stored = answered;
      entry.storedAt = clock.instant();
      storedBytes += answered.body().length;
      makeRoom();
    } else {
      entries.remove(key, entry);
    }
    entry.reply.complete(reply);
  }

  private synchronized void abandon(String key, Entry entry) {
    if (!entry.reply.isDone()) {
      entries.remove(key, entry);
      entry.reply.completeExceptionally(new IllegalStateException("left without an answer"));
    }
  }

  private void expire() {
    Instant oldest = clock.instant().minus(maxAge);
    drop(entry -> entry.storedAt.isBefore(oldest));
  }

  private void makeRoom() {
    drop(entry -> storedBytes > maxBytes);
  }

  /** Drops stored answers, the oldest first, that {@code condition} holds for. */
  private void drop(java.util.function.Predicate<Entry> condition) {
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry entry = all.next();
      if (entry.stored != null && condition.test(entry)) {
        storedBytes -= entry.stored.body().length;
        all.remove();
      }
    }
  }

  private static String fingerprint(byte[] request) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(request);
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
