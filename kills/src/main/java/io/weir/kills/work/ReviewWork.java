package io.weir.kills.work;

import com.mongodb.client.model.Filters;
import io.weir.kills.lane.Lane;
import io.weir.kills.lane.Lane.Answer;
import io.weir.kills.lane.Models;
import io.weir.kills.lane.Streams;
import io.weir.platform.http.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** A job for the review worker: a log to explain, for which no linter is needed. */
final class ReviewWork implements Work {
  private final Lane lane;
  private final String token;
  private Map<String, Long> ends = Map.of();

  ReviewWork(Lane lane, String token) {
    this.lane = lane;
    this.token = token;
  }

  @Override
  public void prepare() throws Exception {
    ends = lane.streams().ends();
  }

  @Override
  public Answer ask() throws IOException, InterruptedException {
    String body =
        Json.mapper()
            .createObjectNode()
            .put("user_id", token)
            .put("job_type", "debug")
            .put("error_log", "ValueError: " + token)
            .toString();
    return lane.send("POST", "/jobs/enqueue", body, "Idempotency-Key", token);
  }

  @Override
  public boolean isFinal(int status) {
    return status == 202;
  }

  @Override
  public Look look() throws Exception {
    var findings = new Findings(lane);
    List<Document> jobs = findings.one("jobs", Filters.eq("user_id", token));
    List<Streams.Stored> events = lane.streams().since(ends, "REVIEW_EVENTS");
    int completed = 0;
    int announcements = 0;
    for (Document job : jobs) {
      boolean done = "completed".equals(job.getString("status")) && job.get("results") != null;
      findings.want(done, "the job is " + job.getString("status"));
      completed += done ? 1 : 0;
      String subject = "review.events.%s.completed".formatted(job.getString("_id"));
      announcements +=
          findings.announced(events, event -> event.subject().equals(subject), "completed");
    }
    // That it is being worked on is told with each attempt; how it ended, once.
    long ended = events.stream().filter(event -> !event.subject().endsWith(".processing")).count();
    findings.want(ended == jobs.size(), ended + " events of an end");
    return findings.look(
        completed,
        announcements,
        findings.charged(token, _ -> true, Models.TOKENS),
        findings.paid(token));
  }
}
