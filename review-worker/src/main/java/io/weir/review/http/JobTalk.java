package io.weir.review.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.weir.messaging.Tailed;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.http.Caller;
import io.weir.platform.http.Fields;
import io.weir.platform.http.SocketTalk;
import io.weir.platform.live.Feed;
import io.weir.platform.live.Mailbox;
import io.weir.proto.v1.ReviewEvent;
import io.weir.review.store.JobStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A socket that tells of a user's jobs: {@code {"type":"job",…}} for each change, of a job that
 * changes faster than its client reads the latest alone. The client may say {@code
 * {"type":"filter","statuses":[…],"jobs":[…]}}, an empty list for all.
 */
final class JobTalk implements SocketTalk<ReviewEvent> {
  private static final int MOST_JOBS = 1_000;
  private static final int MOST_WANTED = 100;
  private static final int LONGEST = 128;
  private static final Set<String> STATUSES =
      Stream.of(JobStatus.values()).map(JobStatus::wireName).collect(Collectors.toSet());

  private final String user;
  private final Mailbox<ReviewEvent> mailbox;
  private final Feed.Watch watch;

  private enum Type {
    FILTER
  }

  /** What a client wants to hear of. */
  private record Wanted(List<String> statuses, List<String> jobs)
      implements Predicate<ReviewEvent> {
    @Override
    public boolean test(ReviewEvent event) {
      return (statuses.isEmpty() || statuses.contains(event.getStatus()))
          && (jobs.isEmpty() || jobs.contains(event.getJobId()));
    }
  }

  private JobTalk(String user, Mailbox<ReviewEvent> mailbox, Feed.Watch watch) {
    this.user = user;
    this.mailbox = mailbox;
    this.watch = watch;
  }

  static JobTalk open(ServerRequest request, PathValues path, Feed<ReviewEvent> feed) {
    String user = Caller.actingFor(request, Optional.of(path.get("user_id")));
    Wanted wanted =
        Fields.readQuery(
            request, query -> wanted(query, list(query, "status"), list(query, "job")));
    Mailbox<ReviewEvent> mailbox = Mailbox.ofLatest(MOST_JOBS, ReviewEvent::getJobId, wanted);
    return new JobTalk(user, mailbox, feed.watch(JobLive.ofUser(user), mailbox));
  }

  @Override
  public Mailbox<ReviewEvent> mailbox() {
    return mailbox;
  }

  @Override
  public List<ObjectNode> begin() {
    return List.of(typed("ready").put("user_id", Redaction.ofLog(user)));
  }

  @Override
  public List<ObjectNode> message(Tailed<ReviewEvent> message) {
    ObjectNode told = typed("job").put("sequence", message.sequence());
    told.setAll(JobState.of(message.payload()).json());
    return List.of(told);
  }

  @Override
  public List<ObjectNode> resumed(boolean lost) {
    return lost
        ? List.of(
            typed("lost")
                .put(
                    "detail",
                    "changes were missed; GET /jobs/user/%s has all"
                        .formatted(Redaction.ofLog(user))))
        : List.of();
  }

  @Override
  public List<ObjectNode> received(ObjectNode message) {
    Wanted wanted =
        Fields.read(
            message,
            fields -> {
              var _ = fields.choice("type", Type.class);
              return wanted(
                  fields,
                  fields.texts("statuses", MOST_WANTED, LONGEST),
                  fields.texts("jobs", MOST_WANTED, LONGEST));
            });
    mailbox.want(wanted);
    ObjectNode told = typed("filtering");
    wanted.statuses().forEach(told.putArray("statuses")::add);
    ArrayNode jobs = told.putArray("jobs");
    wanted.jobs().forEach(job -> jobs.add(Redaction.ofLog(job)));
    return List.of(told);
  }

  @Override
  public void close() {
    watch.close();
  }

  private static Wanted wanted(Fields fields, List<String> statuses, List<String> jobs) {
    for (String status : statuses) {
      if (!STATUSES.contains(status)) {
        fields.error("statuses", "wanted are some of %s, got %s".formatted(STATUSES, status));
      }
    }
    return new Wanted(statuses, jobs);
  }

  private static List<String> list(Fields query, String name) {
    return query.optionalText(name, MOST_WANTED * LONGEST).stream()
        .flatMap(text -> Stream.of(text.split(",")))
        .map(text -> text.strip())
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }
}
