package io.weir.review.store;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.http.Json;
import io.weir.platform.llm.Bought;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Spend;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.ReviewResult;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;

/** How a job looks in MongoDB: the fields of {@code GET /jobs/{id}}, times as dates. Pure. */
final class JobDocuments {
  static final String USER_ID = "user_id";
  static final String TYPE = "type";
  static final String STATUS = "status";
  static final String PRIORITY = "priority";
  static final String RESULTS = "results";
  static final String TOKENS = "tokens_used";
  static final String BOUGHT = "bought";
  static final String COST = "estimated_cost_micros";
  static final String ERROR = "error";
  static final String RUNS = "runs";
  static final String CREATED_AT = "created_at";
  static final String UPDATED_AT = "updated_at";
  static final String COMPLETED_AT = "completed_at";
  static final String COUNTED = "counted";

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
  private static final TypeReference<List<Finding>> FINDINGS = new TypeReference<>() {};
  private static final TypeReference<List<Bought>> ANSWERS = new TypeReference<>() {};

  private JobDocuments() {}

  static Document write(Job job) {
    var document = new Document("_id", job.id());
    job.charge().ifPresent(charge -> document.append(Charge.FIELD, charge.document()));
    return document
        .append("job_id", job.id())
        .append(USER_ID, job.userId())
        .append(TYPE, job.type().wireName())
        .append(PRIORITY, job.priority().wireName())
        .append(STATUS, job.status().wireName())
        .append("file_path", job.filePath())
        .append("file_content", job.content())
        .append("language", job.language().map(Language::wireName).orElse(null))
        .append("repo_id", job.repoId())
        .append("error_log", job.errorLog())
        // As text: its field names are the submitter's and may not be fit for a document.
        .append("metadata", job.metadata().toString())
        .append("secrets", list(job.secrets()))
        .append("correlation_id", job.correlationId())
        .append(RESULTS, job.result().map(JobDocuments::nested).orElse(null))
        .append(TOKENS, nested(job.tokens()))
        .append(BOUGHT, list(job.bought()))
        .append(COST, job.costMicros())
        .append(ERROR, job.error())
        .append(RUNS, job.runs())
        .append(CREATED_AT, Date.from(job.createdAt()))
        .append(UPDATED_AT, Date.from(job.updatedAt()))
        .append(COMPLETED_AT, job.completedAt().map(Date::from).orElse(null));
  }

  static Job read(Document document) {
    return new Job(
        document.getString("_id"),
        document.getString(USER_ID),
        JobType.parse(document.getString(TYPE)).orElseThrow(),
        priority(document.getString(PRIORITY)),
        JobStatus.ofWire(document.getString(STATUS)),
        document.getString("file_path"),
        document.getString("file_content"),
        Optional.ofNullable(document.getString("language")).flatMap(Language::parse),
        document.getString("repo_id"),
        document.getString("error_log"),
        tree(document.getString("metadata")),
        Json.mapper().convertValue(document.get("secrets"), FINDINGS),
        document.getString("correlation_id"),
        Optional.ofNullable(document.get(RESULTS, Document.class))
            .map(results -> Json.mapper().convertValue(results, ReviewResult.class)),
        bought(document),
        document.get(COST, Number.class).longValue(),
        document.getString(ERROR),
        document.get(RUNS, Number.class).intValue(),
        instant(document, CREATED_AT).orElseThrow(),
        instant(document, UPDATED_AT).orElseThrow(),
        instant(document, COMPLETED_AT),
        Optional.ofNullable(document.get(Charge.FIELD, Document.class)).map(Charge::of),
        Optional.ofNullable(document.get(COUNTED, Document.class))
            .map(JobDocuments::counted)
            .orElse(Spend.NONE));
  }

  /** What charges were settled with, as the value of {@link #COUNTED}. */
  static Document counted(Spend spend) {
    return new Document("input_tokens", spend.inputTokens())
        .append("output_tokens", spend.outputTokens())
        .append("cost_micros", spend.costMicros());
  }

  private static Spend counted(Document document) {
    return new Spend(
        "",
        document.getLong("input_tokens"),
        document.getLong("output_tokens"),
        document.getLong("cost_micros"));
  }

  /** A record as a document inside a document. */
  static Document nested(Object value) {
    return new Document(Json.mapper().convertValue(value, MAP));
  }

  /** Records as documents. */
  static List<Document> list(List<?> values) {
    return values.stream().map(JobDocuments::nested).toList();
  }

  private static List<Bought> bought(Document document) {
    return Json.mapper().convertValue(document.getOrDefault(BOUGHT, List.of()), ANSWERS);
  }

  private static JobPriority priority(String text) {
    return JobPriority.valueOf(text.toUpperCase(java.util.Locale.ROOT));
  }

  private static ObjectNode tree(String json) {
    try {
      return (ObjectNode) Json.mapper().readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("the stored metadata is no JSON object", e);
    }
  }

  private static Optional<Instant> instant(Document document, String field) {
    return Optional.ofNullable(document.getDate(field)).map(Date::toInstant);
  }
}
