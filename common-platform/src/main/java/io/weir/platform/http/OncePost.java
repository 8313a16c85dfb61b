package io.weir.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.ByteString;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.messaging.InvalidMessageException;
import io.weir.platform.work.Idempotency;
import io.weir.platform.work.Idempotency.Ticket;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.IdempotentAnswer;
import io.weir.platform.work.RequestKey;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Idempotency-Key} for every POST: the same key with the same body is answered with the same
 * status, headers and body and done once; the same key with another body is 422, and 409 while the
 * first request runs. Without a key each request is a new one. Keys are their user's and their
 * path's own. Thread-safe.
 */
public final class OncePost {
  private static final HeaderName KEY = HeaderNames.create("Idempotency-Key");
  private static final int LONGEST_KEY = 255;
  // A request that runs is over in no time, or was cut off: then the lease tells when.
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(OncePost.class);

  private final IdempotencyKeys keys;
  private final Function<ServerRequest, String> userOf;

  /**
   * One try of a request.
   *
   * @param workId names what the request makes; the same in each try of the same request
   * @param again whether an earlier try may have made it already
   */
  public record Attempt(String workId, boolean again) {}

  /** What a request does, told apart from how often it is asked. */
  @FunctionalInterface
  public interface Work {
    /**
     * Makes what is asked for under {@link Attempt#workId()}, unless it is there, and answers.
     * Throws {@link ProblemException} or {@link InvalidMessageException} only when it has left
     * nothing behind; after whatever else it throws it is tried again under the same id.
     */
    IdempotentAnswer accept(Attempt attempt) throws InterruptedException;
  }

  /**
   * A request that was done, now or before.
   *
   * @param workId names what it has made
   */
  public record Done(String workId, IdempotentAnswer answer) {}

  /**
   * Does no I/O.
   *
   * @param userOf whose request it is
   */
  public OncePost(IdempotencyKeys keys, Function<ServerRequest, String> userOf) {
    this.keys = keys;
    this.userOf = userOf;
  }

  /**
   * Does {@code work}, or finds that it was done. Call it when the request is known to be valid and
   * allowed: what is refused before leaves no trace of its key.
   *
   * @param body the request's, as it came
   * @throws ProblemException 400 for a key that is none, 409 while the request runs, 422 for a key
   *     that was used with another body
   */
  public Done once(ServerRequest request, byte[] body, Work work) throws InterruptedException {
    Optional<String> key = keyOf(request);
    if (key.isEmpty()) {
      String workId = UUID.randomUUID().toString();
      return new Done(workId, work.accept(new Attempt(workId, false)));
    }
    String route = request.prologue().method().text() + " " + request.prologue().uriPath().path();
    var scoped = new RequestKey(userOf.apply(request), route, key.get());
    return switch (keys.begin(scoped, ByteString.copyFrom(body))) {
      case Idempotency.New(Ticket ticket) -> new Done(ticket.workId(), done(ticket, work));
      case Idempotency.Stored(String workId, IdempotentAnswer answer) -> new Done(workId, answer);
      case Idempotency.Running() ->
          throw new ProblemException(
              new Problem(
                  409,
                  "Conflict",
                  "the request with this Idempotency-Key is being worked on; send it again later",
                  List.of(),
                  Optional.of(ASK_AGAIN),
                  Map.of()));
      case Idempotency.OtherRequest() ->
          throw new ProblemException(
              Problem.of(
                  422,
                  "Unprocessable content",
                  "the Idempotency-Key was used with another body before; use a new one for a new"
                      + " request"));
    };
  }

  /** An answer in JSON. */
  public static IdempotentAnswer json(int status, Object value, Map<String, String> headers) {
    var all = new HashMap<>(headers);
    all.put(HeaderNames.CONTENT_TYPE.defaultCase(), "application/json");
    try {
      return new IdempotentAnswer(
          status, all, ByteString.copyFrom(Json.mapper().writeValueAsBytes(value)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** Sends an answer. */
  public static void send(ServerResponse response, IdempotentAnswer answer) {
    answer.headers().forEach(response::header);
    response.status(answer.status()).send(answer.body().toByteArray());
  }

  private IdempotentAnswer done(Ticket ticket, Work work) throws InterruptedException {
    try {
      return keys.answered(ticket, work.accept(new Attempt(ticket.workId(), ticket.again())));
    } catch (ProblemException | InvalidMessageException e) {
      end(ticket, keys::withdraw);
      throw e;
    } catch (RuntimeException e) {
      end(ticket, keys::letGo);
      throw e;
    }
  }

  private interface Ending {
    void of(Ticket ticket) throws InterruptedException;
  }

  private static void end(Ticket ticket, Ending ending) throws InterruptedException {
    try {
      ending.of(ticket);
    } catch (RuntimeException e) {
      // The first failure tells more; the key's lease ends by itself.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("idempotency key not let go");
    }
  }

  private static Optional<String> keyOf(ServerRequest request) {
    if (!request.headers().contains(KEY)) {
      return Optional.empty();
    }
    Header given = request.headers().get(KEY);
    String key = given.get();
    boolean valid =
        given.valueCount() == 1
            && !key.isBlank()
            && key.length() <= LONGEST_KEY
            && key.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (!valid) {
      throw new ProblemException(
          Problem.invalid(
              KEY.defaultCase(),
              "wanted are 1 to %d characters of printable ASCII, once".formatted(LONGEST_KEY)));
    }
    return Optional.of(key);
  }
}
