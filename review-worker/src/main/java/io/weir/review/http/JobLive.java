package io.weir.review.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.Tailed;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.EventOutput;
import io.weir.platform.http.EventStream;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.LiveStreams;
import io.weir.platform.live.Feed;
import io.weir.platform.live.Mailbox;
import io.weir.proto.v1.ReviewEvent;
import io.weir.review.store.Job;
import io.weir.review.store.JobStore;
import java.util.List;

/** Jobs as they go on: {@code GET /jobs/{id}/events} and {@code /ws/{user_id}}. Thread-safe. */
public final class JobLive {
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");

  private final JobStore store;
  private final Feed<ReviewEvent> feed;
  private final LiveStreams live;

  public JobLive(JobStore store, Feed<ReviewEvent> feed, LiveStreams live) {
    this.store = store;
    this.feed = feed;
    this.live = live;
  }

  /** A feed of all jobs, by job and by user. */
  public static Feed<ReviewEvent> feed(MeterRegistry meters) {
    return new Feed<>(
        "review_events",
        event -> List.of(ofJob(event.getJobId()), ofUser(event.getUserId())),
        meters);
  }

  static String ofUser(String user) {
    return "user:" + user;
  }

  private static String ofJob(String id) {
    return "job:" + id;
  }

  public void addTo(HttpApi api) {
    api.onLive(Routes.JOBS_EVENTS, this::events)
        .onSocket(Routes.JOBS_SOCKET, live, (request, path) -> JobTalk.open(request, path, feed));
  }

  private void events(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = JobActions.own(request, store).id();
    // The latest alone counts: a reader who is slow sees fewer steps, never an older one.
    Mailbox<ReviewEvent> mailbox = Mailbox.ofLatest(1, ReviewEvent::getJobId, _ -> true);
    try (Feed.Watch _ = feed.watch(ofJob(id), mailbox)) {
      // Read after the watch has begun, so that no change falls between.
      Job now = JobActions.own(request, store);
      String known = request.headers().first(LAST_EVENT_ID).orElse("");
      JobState state = JobState.of(now);
      if (state.status().isFinal() && known.equals(state.id())) {
        response.status(Status.NO_CONTENT_204).send(); // a browser would come back for ever
        return;
      }
      EventStream.serve(live, request, response, mailbox, new Watching(state, known));
    }
  }

  /** Tells what changes of one job until it has ended. Used by one thread. */
  private final class Watching implements EventStream<ReviewEvent> {
    private final String told;
    private JobState known;

    Watching(JobState known, String told) {
      this.known = known;
      this.told = told;
    }

    @Override
    public boolean begin(EventOutput output) {
      if (told.equals(known.id())) {
        output.mark(told);
        return true;
      }
      return tell(output, known);
    }

    @Override
    public boolean message(EventOutput output, Tailed<ReviewEvent> message) {
      JobState next = JobState.of(message.payload());
      return !next.follows(known) || tell(output, next);
    }

    @Override
    public boolean resumed(EventOutput output, boolean lost) throws InterruptedException {
      return look(output);
    }

    /** While the broker is away the store tells how far the job is. */
    @Override
    public boolean quiet(EventOutput output) throws InterruptedException {
      return feed.following() || look(output);
    }

    private boolean look(EventOutput output) throws InterruptedException {
      var found = store.find(known.jobId()).map(JobState::of);
      if (found.isEmpty()) {
        return false;
      }
      return found.get().id().equals(known.id()) || tell(output, found.get());
    }

    private boolean tell(EventOutput output, JobState state) {
      known = state;
      output.event("status", state.id(), state.json().toString());
      return !state.status().isFinal();
    }
  }
}
