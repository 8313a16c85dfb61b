package io.weir.cli.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.weir.messaging.deadletter.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A payload as a person can read it: as JSON when it is a message of a known contract or JSON by
 * itself, else as text, else as bytes.
 *
 * @param kind {@code weir.v1.ReviewJob}, {@code JSON}, {@code text} or {@code bytes}
 * @param text what is shown
 * @param note why it is not shown as what its headers say; may be empty
 */
record PayloadForm(String kind, String text, String note) {
  private static final int BYTES_SHOWN = 4_096;
  private static final String MESSAGE_TYPE = "Weir-Message-Type";
  private static final String CONTENT_TYPE = "Content-Type";
  private static final String JSON = "application/json";

  static PayloadForm of(DeadLetter letter) {
    String type = type(letter);
    Optional<Message> contract = KnownContracts.prototype(type);
    String note = "";
    if (contract.isPresent() && !isJson(letter)) {
      try {
        Message message = contract.get().newBuilderForType().mergeFrom(letter.payload()).build();
        return new PayloadForm(type, JsonFormat.printer().print(message), "");
      } catch (InvalidProtocolBufferException e) {
        note = "not a " + type + ": " + e.getMessage();
      }
    }
    Optional<String> text = text(letter.payload());
    if (text.isEmpty()) {
      return new PayloadForm("bytes", hex(letter.payload()), note);
    }
    Optional<String> pretty = pretty(text.get());
    return pretty.isPresent()
        ? new PayloadForm("JSON", pretty.get(), note)
        : new PayloadForm("text", text.get(), note);
  }

  /** The message type that the letter's headers name; empty when they name none. */
  static String type(DeadLetter letter) {
    return letter.head().header(MESSAGE_TYPE).orElse("");
  }

  /** Whether its headers say that it is JSON. */
  static boolean isJson(DeadLetter letter) {
    return letter.head().header(CONTENT_TYPE).orElse("").startsWith(JSON);
  }

  boolean isJson() {
    return !isText() && !kind.equals("bytes");
  }

  boolean isText() {
    return kind.equals("text");
  }

  private static Optional<String> text(ByteString payload) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(payload.toByteArray()))
              .toString();
      boolean readable =
          text.codePoints().allMatch(c -> !Character.isISOControl(c) || Character.isWhitespace(c));
      return readable ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> pretty(String text) {
    try {
      JsonNode node = LetterJson.MAPPER.readTree(text);
      return node == null || !node.isContainerNode()
          ? Optional.empty()
          : Optional.of(LetterJson.pretty(node));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Sixteen bytes a line, with the readable ones beside them. */
  private static String hex(ByteString payload) {
    var dump = new StringBuilder();
    int shown = Math.min(payload.size(), BYTES_SHOWN);
    for (int line = 0; line < shown; line += 16) {
      var bytes = new StringBuilder();
      var letters = new StringBuilder();
      for (int i = line; i < Math.min(shown, line + 16); i++) {
        byte b = payload.byteAt(i);
        bytes.append("%02x ".formatted(b));
        letters.append(b >= ' ' && b <= '~' ? (char) b : '.');
      }
      dump.append("%08x  %-48s  %s%n".formatted(line, bytes, letters));
    }
    if (shown < payload.size()) {
      dump.append("... %d bytes more%n".formatted(payload.size() - shown));
    }
    return dump.toString().stripTrailing();
  }
}
