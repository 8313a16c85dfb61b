package io.weir.platform.contract;

import io.weir.messaging.jetstream.StreamSpec;
import java.time.Duration;
import java.util.List;

/**
 * Every stream, with its bounds. A service puts in place those that it reads or publishes to; dead
 * letters are the messaging library's own.
 */
public final class Streams {
  private static final Duration DAY = Duration.ofDays(1);
  private static final long MIB = 1L << 20;

  /** Breadcrumbs that changed; every service that reads them has its own durable. */
  public static final StreamSpec BREADCRUMB_EVENTS =
      StreamSpec.events(
          "BREADCRUMB_EVENTS",
          DAY,
          Subjects.BREADCRUMB_CREATED,
          Subjects.BREADCRUMB_UPDATED,
          Subjects.BREADCRUMB_DELETED);

  /** What was extracted; each node's search index reads it from its own position. */
  public static final StreamSpec ENTITY_EVENTS =
      StreamSpec.events("ENTITY_EVENTS", DAY, Subjects.ENTITIES_EXTRACTED);

  public static final StreamSpec CONTEXT_REQUESTS =
      StreamSpec.workQueue("CONTEXT_REQUESTS", Subjects.CONTEXT_ENRICH_REQUEST);

  public static final StreamSpec CONTEXT_EVENTS =
      StreamSpec.events("CONTEXT_EVENTS", Duration.ofDays(7), Subjects.CONTEXT_ENRICH_READY);

  /** One work queue with a subject a priority, so that each has its durable. */
  public static final StreamSpec REVIEW_JOBS =
      StreamSpec.workQueue(
          "REVIEW_JOBS",
          Subjects.REVIEW_JOBS_HIGH,
          Subjects.REVIEW_JOBS_NORMAL,
          Subjects.REVIEW_JOBS_LOW);

  public static final StreamSpec REVIEW_EVENTS =
      StreamSpec.events("REVIEW_EVENTS", DAY, Subjects.REVIEW_EVENT);

  public static final StreamSpec LLM_REQUESTS =
      StreamSpec.workQueue("LLM_REQUESTS", Subjects.LLM_REQUEST);

  public static final StreamSpec LLM_RESPONSES =
      StreamSpec.events(
          "LLM_RESPONSES", Duration.ofHours(1), Subjects.LLM_RESPONSE, Subjects.LLM_ERROR);

  /** Tokens as they come: only worth something while their answer is awaited. */
  public static final StreamSpec LLM_STREAMS =
      StreamSpec.events("LLM_STREAMS", Duration.ofMinutes(10), Subjects.LLM_STREAM)
          .in(StreamSpec.Storage.MEMORY)
          .withMaxBytes(256 * MIB);

  public static final StreamSpec LLM_USAGE = StreamSpec.workQueue("LLM_USAGE", Subjects.LLM_USAGE);

  /**
   * Not in {@link #LLM_USAGE}, whose consumer has no filter: a replica that knows no batches yet
   * would take them for broken.
   */
  public static final StreamSpec LLM_USAGE_BATCHES =
      StreamSpec.workQueue("LLM_USAGE_BATCHES", Subjects.LLM_USAGE_BATCH);

  private Streams() {}

  /** All of them. */
  public static List<StreamSpec> all() {
    return List.of(
        BREADCRUMB_EVENTS,
        ENTITY_EVENTS,
        CONTEXT_REQUESTS,
        CONTEXT_EVENTS,
        REVIEW_JOBS,
        REVIEW_EVENTS,
        LLM_REQUESTS,
        LLM_RESPONSES,
        LLM_STREAMS,
        LLM_USAGE,
        LLM_USAGE_BATCHES);
  }
}
