package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** A failure in OpenAI's shape: {@code {"error":{"message","type","param","code"}}}. */
public final class ErrorBody {
  private ErrorBody() {}

  public static byte[] json(Failure failure) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.putObject("error")
        .put("message", failure.message())
        .put("type", failure.type())
        .put("param", failure.param())
        .put("code", failure.code());
    return Json.bytes(root);
  }

  /** The same as an event of a stream that has begun. */
  public static byte[] event(Failure failure) {
    String json = new String(json(failure), StandardCharsets.UTF_8);
    return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
