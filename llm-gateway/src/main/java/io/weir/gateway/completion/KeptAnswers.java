package io.weir.gateway.completion;

import com.google.protobuf.ByteString;
import io.weir.gateway.completion.AnswerShelf.Asking;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.work.Idempotency;
import io.weir.platform.work.Idempotency.Ticket;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.IdempotentAnswer;
import io.weir.platform.work.RequestKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Gives the same answer to the same idempotency key, whichever replica is asked and whatever was
 * killed meanwhile: what is running elsewhere is waited for, what was stored is given again, and
 * what a killed replica had begun is done anew once its lease has ended. In this process the {@link
 * AnswerShelf} goes first; while MongoDB is away it is all there is. Thread-safe.
 */
public final class KeptAnswers {
  private static final String PROVIDER = "provider";
  private static final String MODEL = "model";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final AnswerShelf shelf;
  private final IdempotencyKeys keys;
  private final Duration lease;
  private final Duration longest;
  private final Clock clock;
  private final BooleanSupplier there;

  /**
   * Does no I/O.
   *
   * @param there whether MongoDB answers; nobody waits for one that does not
   * @param lease how long a claim holds without being renewed
   * @param longest how long an answer that runs elsewhere is waited for
   */
  public KeptAnswers(
      AnswerShelf shelf,
      IdempotencyKeys keys,
      BooleanSupplier there,
      Duration lease,
      Duration longest,
      Clock clock) {
    this.there = there;
    this.shelf = shelf;
    this.keys = keys;
    this.lease = lease;
    this.longest = longest;
    this.clock = clock;
  }

  /**
   * The answer for {@code key}: a stored one, that of a running call, or else {@code asking}'s.
   *
   * @param user whose key it is
   * @param way the way in; the same key by another way is another key
   */
  public Reply once(String user, String way, String key, byte[] request, Asking asking)
      throws InterruptedException {
    var whole = new RequestKey(user, way, key);
    return shelf.once(
        user + "\n" + way + "\n" + key, request, () -> shared(whole, request, asking));
  }

  private Reply shared(RequestKey key, byte[] request, Asking asking) throws InterruptedException {
    ByteString body = ByteString.copyFrom(request);
    Instant until = clock.instant().plus(longest);
    while (there.getAsBoolean()) {
      Idempotency found;
      try {
        found = keys.begin(key, body);
      } catch (DependencyUnavailableException e) {
        break; // kept in memory only
      }
      switch (found) {
        case Idempotency.Stored(String _, IdempotentAnswer answer) -> {
          return new Reply.Answered(
              answer.body().toByteArray(),
              new Candidate(
                  answer.headers().getOrDefault(PROVIDER, ""),
                  answer.headers().getOrDefault(MODEL, "")));
        }
        case Idempotency.OtherRequest() -> {
          return new Reply.Failed(AnswerShelf.reused());
        }
        case Idempotency.New(Ticket ticket) -> {
          return asked(ticket, asking);
        }
        case Idempotency.Running() -> {
          if (clock.instant().isAfter(until)) {
            return new Reply.Failed(
                Failure.timeOut("The request runs elsewhere and has got no answer in time."));
          }
          var _ = new CountDownLatch(1).await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    }
    return asking.ask();
  }

  private Reply asked(Ticket ticket, Asking asking) throws InterruptedException {
    Reply reply;
    boolean ended = false;
    var over = new CountDownLatch(1);
    Thread.ofVirtual().name("answer-lease").start(() -> renew(ticket, over));
    try {
      reply = asking.ask();
      ended = true;
    } finally {
      over.countDown();
      if (!ended) {
        end(() -> keys.letGo(ticket));
      }
    }
    if (reply instanceof Reply.Answered answered
        && answered.body().length <= IdempotentAnswer.LONGEST) {
      end(
          () ->
              keys.answered(
                  ticket,
                  new IdempotentAnswer(
                      200,
                      Map.of(PROVIDER, answered.by().provider(), MODEL, answered.by().model()),
                      ByteString.copyFrom(answered.body()))));
    } else {
      end(() -> keys.letGo(ticket));
    }
    return reply;
  }

  private void renew(Ticket ticket, CountDownLatch over) {
    try {
      while (!over.await(lease.toMillis() / 3, TimeUnit.MILLISECONDS)) {
        end(() -> keys.renew(ticket));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Writing {
    void write() throws InterruptedException;
  }

  /** What can't be written costs a second call at worst; the answer in hand is not lost for it. */
  private void end(Writing writing) {
    boolean interrupted = Thread.interrupted();
    try {
      writing.write();
    } catch (DependencyUnavailableException e) {
      // The lease ends by itself.
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
