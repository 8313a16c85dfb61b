package io.weir.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.cli.check.Findings;
import io.weir.cli.check.ReviewCheck;
import io.weir.cli.check.SourceFile;
import io.weir.cli.check.Verdict;
import io.weir.cli.remote.ServiceApi;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Has files with real faults and a planted key reviewed. */
final class ReviewStep implements Step {

  // A model may think about each file for a while.
  private static final Duration REVIEWED_WITHIN = Duration.ofMinutes(4);
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

  private final ServiceApi reviews;
  private final List<SourceFile> files;
  private final Paper paper;

  ReviewStep(ServiceApi reviews, List<SourceFile> files, Paper paper) {
    this.reviews = reviews;
    this.files = files;
    this.paper = paper;
  }

  @Override
  public String name() {
    return "review";
  }

  @Override
  public Verdict run() throws InterruptedException {
    paper.heading("Review: a Python and a TypeScript file with faults and a planted key");
    Map<SourceFile, String> jobs = new LinkedHashMap<>();
    for (SourceFile file : files) {
      JsonNode accepted = reviews.post("/jobs/enqueue", request(file)).json();
      jobs.put(file, accepted.path("job_id").asText());
      paper.line("%s -> job %s".formatted(file.path(), jobs.get(file)));
    }
    Verdict all = new Verdict(List.of(), List.of());
    for (Map.Entry<SourceFile, String> job : jobs.entrySet()) {
      all = all.and(judge(job.getKey(), job.getValue()));
    }
    return all;
  }

  private Verdict judge(SourceFile file, String job) throws InterruptedException {
    Optional<ServiceApi.Reply> ended =
        paper.await(
            "the review of " + file.path(),
            REVIEWED_WITHIN,
            () ->
                Optional.of(reviews.get("/jobs/" + job))
                    .filter(reply -> ENDED.contains(reply.json().path("status").asText())));
    if (ended.isEmpty()) {
      return Verdict.failed(
          "the review of %s did not end within %d s"
              .formatted(file.path(), REVIEWED_WITHIN.toSeconds()));
    }
    JsonNode results = ended.get().json().path("results");
    results.path("findings").forEach(finding -> paper.line(Findings.line(finding)));
    String lint = results.path("lint_result").path("summary").asText("");
    if (!lint.isEmpty()) {
      paper.line("%s: %s".formatted(file.path(), lint));
    }
    return ReviewCheck.of(file, ended.get().json(), ended.get().body());
  }

  private static ObjectNode request(SourceFile file) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("user_id", "demo")
        .put("job_type", "review")
        .put("file_path", file.path())
        .put("file_content", file.text())
        .put("language", file.language());
  }
}
