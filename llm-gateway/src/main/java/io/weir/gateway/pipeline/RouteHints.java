package io.weir.gateway.pipeline;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a caller says about a request whose model the gateway is to choose. Comes in headers, by
 * HTTP and NATS alike, so that a body goes on as it came and no provider sees any of it.
 *
 * @param complexity how hard it is; empty to have it judged by its words
 * @param capabilities what the model must be able to do, beside what the request shows
 */
public record RouteHints(
    Optional<Complexity> complexity, TaskType taskType, Set<Capability> capabilities) {
  public static final String COMPLEXITY = "x-weir-complexity";
  public static final String TASK_TYPE = "x-weir-task-type";
  public static final String CAPABILITIES = "x-weir-capabilities";

  /** Of a caller who says nothing. */
  public static final RouteHints NONE =
      new RouteHints(Optional.empty(), TaskType.GENERAL, Set.of());

  /** How hard a task is, and what models are made for. */
  public enum Complexity {
    SIMPLE,
    MEDIUM,
    COMPLEX
  }

  /** Kinds of tasks. */
  public enum TaskType {
    GENERAL,
    ARCHITECT,
    CODER,
    QA
  }

  /** What a request may ask of a model beside text. */
  public enum Capability {
    VISION,
    TOOLS,
    JSON
  }

  public RouteHints {
    capabilities = Set.copyOf(capabilities);
  }

  /** The hints, or which header is wrong. */
  public sealed interface Result {
    record Valid(RouteHints hints) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  /**
   * Reads headers.
   *
   * @param header a header's value by its name in lower case
   */
  public static Result read(Function<String, Optional<String>> header) {
    Optional<Complexity> complexity = Optional.empty();
    TaskType task = TaskType.GENERAL;
    var capabilities = EnumSet.noneOf(Capability.class);
    Optional<String> said = header.apply(COMPLEXITY).filter(text -> !text.isBlank());
    if (said.isPresent()) {
      complexity = constant(Complexity.values(), said.get());
      if (complexity.isEmpty()) {
        return wrong(COMPLEXITY, said.get(), Complexity.values());
      }
    }
    said = header.apply(TASK_TYPE).filter(text -> !text.isBlank());
    if (said.isPresent()) {
      Optional<TaskType> found = taskType(said.get());
      if (found.isEmpty()) {
        return wrong(TASK_TYPE, said.get(), TaskType.values());
      }
      task = found.get();
    }
    for (String one : header.apply(CAPABILITIES).orElse("").split(",", -1)) {
      if (!one.isBlank()) {
        Optional<Capability> found = constant(Capability.values(), one);
        if (found.isEmpty()) {
          return wrong(CAPABILITIES, one, Capability.values());
        }
        capabilities.add(found.get());
      }
    }
    return new Result.Valid(new RouteHints(complexity, task, capabilities));
  }

  private static Optional<TaskType> taskType(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "planner" -> Optional.of(TaskType.ARCHITECT);
      case "reviewer", "code_review" -> Optional.of(TaskType.QA);
      default -> constant(TaskType.values(), text);
    };
  }

  private static <E extends Enum<E>> Optional<E> constant(E[] all, String text) {
    return Arrays.stream(all).filter(one -> one.name().equalsIgnoreCase(text.strip())).findFirst();
  }

  private static Result wrong(String header, String got, Enum<?>[] all) {
    String wants =
        String.join(
            ", ", Arrays.stream(all).map(one -> one.name().toLowerCase(Locale.ROOT)).toList());
    String shown = got.length() > 40 ? got.substring(0, 40) : got;
    return new Result.Refused(
        Failure.invalid(
            "Invalid header " + header + ": '" + shown + "', expected " + wants + ".", header));
  }
}
