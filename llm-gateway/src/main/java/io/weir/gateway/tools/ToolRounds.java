package io.weir.gateway.tools;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.context.Context;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.tool.ToolCall;
import io.weir.gateway.pipeline.tool.ToolConversation;
import io.weir.gateway.pipeline.tool.ToolOffer;
import io.weir.gateway.pipeline.tool.ToolResult;
import io.weir.gateway.pipeline.tool.ToolResult.Code;
import io.weir.gateway.pipeline.tool.ToolResult.Failed;
import io.weir.gateway.pipeline.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Executes what models call, within bounds; the calls of one round at the same time. Thread-safe.
 */
final class ToolRounds {
  private static final Logger log = LoggerFactory.getLogger(ToolRounds.class);

  private final ToolRunner runner;
  private final ToolBounds bounds;
  private final Clock clock;
  private final MeterRegistry meters;

  ToolRounds(ToolRunner runner, ToolBounds bounds, Clock clock, MeterRegistry meters) {
    this.runner = runner;
    this.bounds = bounds;
    this.clock = clock;
    this.meters = meters;
  }

  /** When what begins now has to have ended. */
  Instant end() {
    return clock.instant().plus(bounds.total());
  }

  /** Executes a round's calls and adds their results to the conversation, or says why not. */
  Optional<Failure> execute(
      ToolConversation conversation,
      List<ToolCall> calls,
      ToolOffer offer,
      Asker asker,
      Instant end)
      throws InterruptedException {
    if (conversation.rounds() > bounds.rounds()) {
      return Optional.of(
          Failure.providerError(
              "The model still calls tools after %d rounds.".formatted(bounds.rounds()),
              "tool_rounds_exhausted"));
    }
    conversation.executed(calls, results(calls, offer, asker, end));
    if (!clock.instant().isBefore(end)) {
      return Optional.of(
          Failure.timeOut(
              "The tools of the request took longer than %d s."
                  .formatted(bounds.total().toSeconds())));
    }
    if (conversation.rounds() == bounds.rounds()) {
      conversation.noMoreCalls();
    }
    return Optional.empty();
  }

  private List<ToolResult> results(List<ToolCall> calls, ToolOffer offer, Asker asker, Instant end)
      throws InterruptedException {
    @Nullable Map<String, String> logged = MDC.getCopyOfContextMap();
    Context context = Context.current();
    var work = new ArrayList<Callable<ToolResult>>();
    for (int i = 0; i < calls.size(); i++) {
      int number = i;
      work.add(
          context.wrap(
              () -> {
                if (logged != null) {
                  MDC.setContextMap(logged);
                }
                return result(number, calls.get(number), offer, asker, end);
              }));
    }
    var results = new ArrayList<ToolResult>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<ToolResult> done : threads.invokeAll(work)) {
        results.add(done.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a tool's failure is a result", e);
    }
    return results;
  }

  private ToolResult result(int number, ToolCall call, ToolOffer offer, Asker asker, Instant end)
      throws InterruptedException {
    @Nullable ToolSpec tool = offer.tools().get(call.tool());
    if (tool == null) {
      return new Failed(call.tool(), Code.NOT_FOUND, "There is no such tool.");
    }
    Instant begun = clock.instant();
    ToolResult result = result(number, call, tool, asker, Duration.between(begun, end));
    Duration took = Duration.between(begun, clock.instant());
    Timer.builder("weir.tool.calls")
        .description("Tools executed for models, by tool and outcome.")
        .tags("tool", tool.name(), "outcome", result.outcome())
        .register(meters)
        .record(took);
    log.atDebug()
        .addKeyValue("tool", tool.name())
        .addKeyValue("outcome", result.outcome())
        .addKeyValue("millis", took.toMillis())
        .log("tool executed");
    return result;
  }

  private ToolResult result(int number, ToolCall call, ToolSpec tool, Asker asker, Duration left)
      throws InterruptedException {
    byte[] arguments = call.arguments().getBytes(StandardCharsets.UTF_8);
    if (number >= bounds.callsOfARound()) {
      return invalid(
          tool, "At most %d calls at once; call it again.".formatted(bounds.callsOfARound()));
    }
    if (arguments.length > bounds.argumentBytes()) {
      return invalid(
          tool, "The arguments have more than %d bytes.".formatted(bounds.argumentBytes()));
    }
    if (Json.object(arguments).isEmpty()) {
      return invalid(tool, "The arguments are not a JSON object.");
    }
    if (!left.isPositive()) {
      return new Failed(tool.name(), Code.TIMEOUT, "The request has no time left.");
    }
    Duration longest = left.compareTo(tool.timeout()) < 0 ? left : tool.timeout();
    try {
      return runner.run(tool, call, asker, longest);
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("tool", tool.name()).setCause(e).log("tool not executed");
      return new Failed(tool.name(), Code.SYSTEM_ERROR, "The gateway could not call the tool.");
    }
  }

  private static ToolResult invalid(ToolSpec tool, String message) {
    return new Failed(tool.name(), Code.INVALID_INPUT, message);
  }
}
