package io.weir.platform.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.Tailed;
import io.weir.platform.live.Mailbox;
import io.weir.platform.live.Next;
import java.time.Duration;

/**
 * A stream of server-sent events that lives as long as its client, its source and the service do.
 *
 * @param <T> what it tells of
 */
public interface EventStream<T> {
  /** Longest time without a look at whether the source itself has changed. */
  Duration LOOK = Duration.ofSeconds(5);

  /** Sends what comes first; whether more will come. */
  boolean begin(EventOutput output) throws InterruptedException;

  /** Sends what has happened; whether more will come. */
  boolean message(EventOutput output, Tailed<T> message) throws InterruptedException;

  /** What happened was not heard for a while; what of it is not lost comes next. */
  boolean resumed(EventOutput output, boolean lost) throws InterruptedException;

  /** Nothing was heard for {@link #LOOK}. */
  default boolean quiet(EventOutput output) throws InterruptedException {
    return true;
  }

  /**
   * Answers {@code request} with {@code stream} until one of them ends. A comment says why when it
   * is the service, or the client has fallen behind by more than the mailbox holds.
   *
   * @throws ProblemException when there is no room for it
   */
  static <T> void serve(
      LiveStreams live,
      ServerRequest request,
      ServerResponse response,
      Mailbox<T> mailbox,
      EventStream<T> stream)
      throws InterruptedException {
    try (LiveStreams.Place place = live.enter(Caller.of(request), mailbox)) {
      place.written();
      EventOutput output = EventOutput.to(response, live.patience());
      try (output) {
        run(live, mailbox, stream, output);
      } catch (InterruptedException e) {
        if (output.begun()) {
          throw EventOutput.gone(e); // the client's fault, or there is no time left for it
        }
        throw e;
      }
    }
  }

  private static <T> void run(
      LiveStreams live, Mailbox<T> mailbox, EventStream<T> stream, EventOutput output)
      throws InterruptedException {
    try {
      boolean more = stream.begin(output);
      while (more) {
        more = told(live, mailbox.take(LOOK), stream, output);
      }
    } catch (DependencyUnavailableException e) {
      if (!output.begun()) {
        throw e;
      }
      sendAway(live, output, e.dependency() + " is unavailable");
    }
  }

  private static <T> boolean told(
      LiveStreams live, Next<T> next, EventStream<T> stream, EventOutput output)
      throws InterruptedException {
    return switch (next) {
      case Next.Message<T>(Tailed<T> message) -> stream.message(output, message);
      case Next.Resumed<T>(boolean lost) -> stream.resumed(output, lost);
      case Next.Nothing<T>() -> stream.quiet(output);
      case Next.Woken<T>() -> true;
      case Next.Overflowed<T>() -> {
        sendAway(live, output, "too much has happened since you read last");
        yield false;
      }
      case Next.Ended<T>() -> {
        sendAway(live, output, "the service is stopping");
        yield false;
      }
    };
  }

  private static void sendAway(LiveStreams live, EventOutput output, String why) {
    output.comment(why + "; come back and resume");
    output.retry(live.comeBackAfter());
  }
}
