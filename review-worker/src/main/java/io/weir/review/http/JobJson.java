package io.weir.review.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.http.Json;
import io.weir.review.store.Job;
import java.math.BigDecimal;
import java.time.Instant;

/** A job as {@code GET /jobs/{id}} shows it. */
final class JobJson {
  private JobJson() {}

  /** All of it. */
  static ObjectNode full(Job job) {
    ObjectNode json = brief(job);
    json.put("language", job.language().map(l -> l.wireName()).orElse(null));
    json.put("correlation_id", job.correlationId());
    json.set("metadata", job.metadata());
    json.set(
        "results",
        job.result().map(result -> (ObjectNode) Json.mapper().valueToTree(result)).orElse(null));
    json.set("secrets", Json.mapper().valueToTree(job.secrets()));
    return json;
  }

  /** Without what makes it long, for lists. */
  static ObjectNode brief(Job job) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("job_id", job.id());
    json.put("user_id", job.userId());
    json.put("type", job.type().wireName());
    json.put("priority", job.priority().wireName());
    json.put("status", job.status().wireName());
    json.put("file_path", job.filePath());
    json.put("findings", job.result().map(result -> result.findings().size()).orElse(null));
    json.set("tokens_used", Json.mapper().valueToTree(job.tokens()));
    json.put("estimated_cost", BigDecimal.valueOf(job.costMicros(), 6).stripTrailingZeros());
    json.put("cache_hit", job.result().map(result -> result.cached()).orElse(false));
    json.put("error", job.error().isEmpty() ? null : job.error());
    json.put("created_at", job.createdAt().toString());
    json.put("updated_at", job.updatedAt().toString());
    json.put("completed_at", job.completedAt().map(Instant::toString).orElse(null));
    return json;
  }
}
