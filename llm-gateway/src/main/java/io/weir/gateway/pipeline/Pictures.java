package io.weir.gateway.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How many pictures there are in messages, and how long they are: models count them by their
 * pixels, not by the length of their data, which may be a thousand times as much. For one thread.
 */
final class Pictures {
  private static final byte[] DATA = "\"data:image".getBytes(StandardCharsets.UTF_8);

  private final byte[] body;
  private int count;
  private int bytes;

  /** Of the messages in {@code body}, which is not changed. */
  Pictures(byte[] body) {
    this.body = body;
  }

  int count() {
    return count;
  }

  /** Those of the body that are pictures' data. */
  int bytes() {
    return bytes;
  }

  /** Passes over the message that {@code parser} is at the beginning of. */
  void skip(JsonParser parser) throws IOException {
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING && isPicture(parser)) {
        count++;
        bytes += dataAt((int) parser.currentTokenLocation().getByteOffset());
      }
    }
  }

  /** {@code {"image_url":{"url":…}}}. */
  private static boolean isPicture(JsonParser parser) {
    JsonStreamContext within = parser.getParsingContext();
    return "url".equals(within.getCurrentName())
        && within.getParent() != null
        && "image_url".equals(within.getParent().getCurrentName());
  }

  private int dataAt(int start) {
    int prefix = start + DATA.length;
    if (prefix > body.length || !Arrays.equals(body, start, prefix, DATA, 0, DATA.length)) {
      return 0; // the address of one
    }
    int end = prefix;
    while (end < body.length && body[end] != '"') {
      end += body[end] == '\\' ? 2 : 1;
    }
    return end - start;
  }
}
