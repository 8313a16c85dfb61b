package io.weir.gateway.pipeline.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import java.nio.charset.StandardCharsets;

/** What became of a call of a tool, as the model is told it. */
public sealed interface ToolResult {
  /** Its text for the model. */
  String content();

  /** How metrics and logs name it. */
  String outcome();

  /** It has been executed. */
  record Done(String content) implements ToolResult {
    @Override
    public String outcome() {
      return "ok";
    }
  }

  /** It has not, or in vain. */
  record Failed(String tool, Code code, String message) implements ToolResult {
    @Override
    public String content() {
      ObjectNode root = Json.MAPPER.createObjectNode();
      root.putObject("error").put("tool", tool).put("code", code.word()).put("message", message);
      return new String(Json.bytes(root), StandardCharsets.UTF_8);
    }

    @Override
    public String outcome() {
      return code.word();
    }
  }

  /** Why there is no result. */
  enum Code {
    ACCESS_DENIED("AccessDenied"),
    NOT_FOUND("NotFound"),
    INVALID_INPUT("InvalidInput"),
    TIMEOUT("Timeout"),
    SYSTEM_ERROR("SystemError");

    private final String word;

    Code(String word) {
      this.word = word;
    }

    /** As models are told it. */
    public String word() {
      return word;
    }
  }

  /**
   * The result without what goes beyond {@code most} bytes of UTF-8, and a word about it.
   *
   * @param content as the tool gave it
   */
  static Done bounded(String content, int most) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= most) {
      return new Done(content);
    }
    int end = most;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--; // within a character
    }
    return new Done(
        new String(bytes, 0, end, StandardCharsets.UTF_8)
            + "\n[cut: the first %d of %d bytes]".formatted(end, bytes.length));
  }
}
