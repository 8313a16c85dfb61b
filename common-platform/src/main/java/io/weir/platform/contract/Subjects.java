package io.weir.platform.contract;

import io.weir.messaging.Subject;
import io.weir.messaging.SubjectTemplate;
import java.util.List;

/** Every subject that services meet on. Parameters are single tokens of {@code [A-Za-z0-9_-]+}. */
public final class Subjects {
  public static final SubjectTemplate BREADCRUMB_CREATED = new SubjectTemplate("bc.{id}.created");
  public static final SubjectTemplate BREADCRUMB_UPDATED = new SubjectTemplate("bc.{id}.updated");
  public static final SubjectTemplate BREADCRUMB_DELETED = new SubjectTemplate("bc.{id}.deleted");

  public static final SubjectTemplate ENTITIES_EXTRACTED =
      new SubjectTemplate("entities.{id}.extracted");

  public static final SubjectTemplate CONTEXT_ENRICH_REQUEST =
      new SubjectTemplate("context.enrich.request");
  public static final SubjectTemplate CONTEXT_ENRICH_READY =
      new SubjectTemplate("context.enrich.ready");

  public static final SubjectTemplate REVIEW_JOBS_HIGH =
      new SubjectTemplate("review.jobs.high.{type}");
  public static final SubjectTemplate REVIEW_JOBS_NORMAL =
      new SubjectTemplate("review.jobs.normal.{type}");
  public static final SubjectTemplate REVIEW_JOBS_LOW =
      new SubjectTemplate("review.jobs.low.{type}");
  public static final SubjectTemplate REVIEW_EVENT =
      new SubjectTemplate("review.events.{job_id}.{status}");

  public static final SubjectTemplate LLM_REQUEST = new SubjectTemplate("ai.llm.request");
  public static final SubjectTemplate LLM_RESPONSE =
      new SubjectTemplate("ai.llm.response.{correlation}");
  public static final SubjectTemplate LLM_ERROR = new SubjectTemplate("ai.llm.error.{correlation}");
  public static final SubjectTemplate LLM_STREAM =
      new SubjectTemplate("ai.llm.stream.{correlation}");
  public static final SubjectTemplate LLM_USAGE = new SubjectTemplate("ai.llm.usage");
  public static final SubjectTemplate LLM_USAGE_BATCH = new SubjectTemplate("ai.llm.usage.batch");

  /** Asked and answered at once; in no stream, or askers would get its acknowledgement instead. */
  public static final SubjectTemplate LLM_CHAT = new SubjectTemplate("ai.llm.chat");

  public static final SubjectTemplate SEARCH_QUERY = new SubjectTemplate("search.query");
  public static final SubjectTemplate TOOLS_EXECUTE = new SubjectTemplate("tools.execute.{tool}");

  private Subjects() {}

  /** The subjects that are asked and answered at once. */
  public static List<SubjectTemplate> requestReply() {
    return List.of(LLM_CHAT, SEARCH_QUERY, TOOLS_EXECUTE);
  }

  /**
   * Where a review job is announced.
   *
   * @param priority {@code high}, {@code normal} or {@code low}
   * @param type {@code review}, {@code debug} or {@code architecture}
   */
  public static Subject reviewJob(String priority, String type) {
    SubjectTemplate template =
        switch (priority) {
          case "high" -> REVIEW_JOBS_HIGH;
          case "normal" -> REVIEW_JOBS_NORMAL;
          case "low" -> REVIEW_JOBS_LOW;
          default ->
              throw new IllegalArgumentException(
                  "priority is high, normal or low, got '%s'".formatted(priority));
        };
    return template.with(type);
  }
}
