package io.weir.tools;

import com.google.protobuf.ByteString;
import io.weir.messaging.Codec;
import io.weir.messaging.InvalidMessageException;
import io.weir.platform.contract.Codecs;
import io.weir.proto.v1.ToolRequest;

/**
 * Requests for one tool. What can't be read, or is meant for another one, is told with its name.
 */
record ToolRequests(FileTools.Tool tool) implements Codec<ToolRequest> {
  @Override
  public String messageType() {
    return Codecs.TOOL_REQUEST.messageType();
  }

  @Override
  public String contentType() {
    return Codecs.TOOL_REQUEST.contentType();
  }

  @Override
  public ByteString encode(ToolRequest message) {
    return Codecs.TOOL_REQUEST.encode(message);
  }

  @Override
  public ToolRequest decode(ByteString bytes, String contentType) {
    ToolRequest request;
    try {
      request = Codecs.TOOL_REQUEST.decode(bytes, contentType);
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException("tool " + tool.subject() + ": " + e.getMessage(), e);
    }
    if (!request.getTool().equals(tool.subject())) {
      throw new InvalidMessageException(
          "tool %s: the request is for another one; send it to tools.execute.<its name>"
              .formatted(tool.subject()));
    }
    return request;
  }
}
