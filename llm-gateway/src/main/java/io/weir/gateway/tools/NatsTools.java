package io.weir.gateway.tools;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.tool.ToolCall;
import io.weir.gateway.pipeline.tool.ToolResult;
import io.weir.gateway.pipeline.tool.ToolResult.Code;
import io.weir.gateway.pipeline.tool.ToolResult.Failed;
import io.weir.gateway.pipeline.tool.ToolSpec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.RequestFailedException;
import io.weir.messaging.RequestFailedException.InvalidReply;
import io.weir.messaging.RequestFailedException.NoResponders;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestFailedException.TimedOut;
import io.weir.messaging.jetstream.Requests;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.ToolError;
import io.weir.proto.v1.ToolRequest;
import io.weir.proto.v1.ToolResponse;
import java.time.Duration;

/** Has tools executed by whoever answers on {@code tools.execute.<name>}. */
public final class NatsTools implements ToolRunner {
  private final Requests requests;
  private final int mostBytes;

  /**
   * @param mostBytes of a result; a longer one is cut
   */
  public NatsTools(Requests requests, int mostBytes) {
    this.requests = requests;
    this.mostBytes = mostBytes;
  }

  @Override
  public ToolResult run(ToolSpec tool, ToolCall call, Asker asker, Duration longest)
      throws InterruptedException {
    ToolRequest request =
        ToolRequest.newBuilder()
            .setTool(tool.name())
            .setArgumentsJson(call.arguments())
            .setCallId(call.id())
            .setCorrelationId(asker.correlationId())
            .setUserId(asker.user())
            .build();
    try {
      return result(
          tool.name(),
          requests.request(
              Subjects.TOOLS_EXECUTE.with(tool.name()),
              Codecs.TOOL_REQUEST,
              request,
              Codecs.TOOL_RESPONSE,
              longest));
    } catch (RequestFailedException e) {
      return failed(tool.name(), longest, e);
    } catch (InvalidMessageException e) {
      return new Failed(tool.name(), Code.INVALID_INPUT, "The call can't be sent: it is too long.");
    } catch (DependencyUnavailableException e) {
      return new Failed(tool.name(), Code.SYSTEM_ERROR, "NATS is away, by which tools are asked.");
    }
  }

  private static ToolResult failed(String tool, Duration longest, RequestFailedException e) {
    return switch (e) {
      case NoResponders _ -> new Failed(tool, Code.SYSTEM_ERROR, "Nobody executes this tool now.");
      case TimedOut _ ->
          new Failed(tool, Code.TIMEOUT, "No result within " + longest.toMillis() + " ms.");
      case InvalidReply _ ->
          new Failed(tool, Code.SYSTEM_ERROR, "The tool's answer could not be read.");
      case Refused refused ->
          new Failed(tool, code(refused.code()), String.valueOf(refused.getMessage()));
    };
  }

  /** A NATS micro service tells its errors as HTTP does. */
  private static Code code(int status) {
    return switch (status) {
      case 401, 403 -> Code.ACCESS_DENIED;
      case 404 -> Code.NOT_FOUND;
      case 400, 413, 422 -> Code.INVALID_INPUT;
      case 408, 504 -> Code.TIMEOUT;
      default -> Code.SYSTEM_ERROR;
    };
  }

  private ToolResult result(String tool, ToolResponse response) {
    if (!response.hasError()) {
      return ToolResult.bounded(response.getContent(), mostBytes);
    }
    ToolError error = response.getError();
    Code code =
        switch (error.getCode()) {
          case CODE_ACCESS_DENIED -> Code.ACCESS_DENIED;
          case CODE_NOT_FOUND -> Code.NOT_FOUND;
          case CODE_INVALID_INPUT -> Code.INVALID_INPUT;
          case CODE_TIMEOUT -> Code.TIMEOUT;
          case CODE_SYSTEM_ERROR, CODE_UNSPECIFIED, UNRECOGNIZED -> Code.SYSTEM_ERROR;
        };
    return new Failed(tool, code, ToolResult.bounded(error.getMessage(), mostBytes).content());
  }
}
