package io.weir.benchmarks.gateway;

import java.nio.charset.StandardCharsets;

/** The requests and answers that are sent: a short conversation, as most calls of workers are. */
final class Chats {
  /** The model that answers whole. */
  static final String PLAIN_MODEL = "static";

  /** The model that answers as a stream. */
  static final String STREAM_MODEL = "stamped";

  static final String ANSWER =
      """
      {"id":"chatcmpl-static","object":"chat.completion","created":1764316800,"model":"static",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"The ferry leaves at 7:40 from pier 3.",\
      "refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":31,\
      "completion_tokens":12,"total_tokens":43}}""";

  private static final String CHAT =
      """
      {"model":"%s","stream":%s,"messages":[{"role":"system","content":"Answer in one sentence."},\
      {"role":"user","content":"When does the ferry leave, and from which pier? The time table says \
      7:40, pier 3, every day but Sunday."}]}""";

  private Chats() {}

  static String plain() {
    return CHAT.formatted(PLAIN_MODEL, false);
  }

  static byte[] streamed() {
    return CHAT.formatted(STREAM_MODEL, true).getBytes(StandardCharsets.UTF_8);
  }
}
