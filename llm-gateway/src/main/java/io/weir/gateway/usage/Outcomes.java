package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Failure;
import java.util.Set;

/** How calls end, as the ledger has it. */
final class Outcomes {
  static final String OK = "ok";
  static final String ERROR = "error";
  static final String UNKNOWN = "unknown";
  static final String CANCELLED = "cancelled";
  static final String CACHED = "cached";

  /** The request had arrived, and what became of it nobody knows. */
  private static final Set<String> BROKEN_OFF =
      Set.of("stream_broken", "provider_broke_off", "provider_answer_invalid");

  private Outcomes() {}

  /**
   * What a failure means for the bill.
   *
   * @param begun whether some of an answer had come
   */
  static String of(Failure failure, boolean begun) {
    return switch (failure.kind()) {
      case CANCELLED -> CANCELLED;
      case TIME_OUT, STILL_RUNNING -> UNKNOWN;
      case RATE_LIMITED, PROVIDER_REFUSED -> begun ? UNKNOWN : ERROR; // said in a stream
      case PROVIDER_ERROR -> begun || BROKEN_OFF.contains(failure.code()) ? UNKNOWN : ERROR;
      case INVALID_REQUEST,
          MODEL_NOT_FOUND,
          PROVIDER_NOT_FOUND,
          OFFLINE_ONLY,
          RESERVED,
          PROVIDER_CREDENTIALS,
          PROVIDER_UNREACHABLE ->
          ERROR;
    };
  }
}
