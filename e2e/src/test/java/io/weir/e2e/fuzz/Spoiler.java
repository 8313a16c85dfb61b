package io.weir.e2e.fuzz;

import static io.weir.e2e.fuzz.Generator.pick;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.e2e.fuzz.Draft.Hope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;

/** Makes bodies wrong, and knows whether they are. Thread-safe. */
final class Spoiler {
  private static final int DEEP = 10_000;

  private final ServedDocument document;

  Spoiler(ServedDocument document) {
    this.document = document;
  }

  /** A valid body with one or two values that are none. */
  void values(Draft draft, SplittableRandom random) {
    draft.kind = "values";
    String text = new String(draft.body, StandardCharsets.UTF_8);
    JsonNode schema = document.resolved(document.bodySchema(draft.operation));
    for (int i = 0; i <= random.nextInt(2); i++) {
      text = spoilt(text, names(schema), random);
    }
    draft.body = text.getBytes(StandardCharsets.UTF_8);
    draft.hope = hope(draft);
  }

  private List<String> names(JsonNode schema) {
    var names = new ArrayList<String>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    schema.path("allOf").forEach(part -> names.addAll(names(document.resolved(part))));
    names.add("unknown");
    return names;
  }

  private static String spoilt(String text, List<String> names, SplittableRandom random) {
    String name = pick(names, random);
    String value = random.nextInt(15) == 0 ? deep(random) : pick(Nasty.JSON, random);
    String member = "\"" + name + "\":" + value;
    ObjectNode object;
    try {
      object = (ObjectNode) ServedDocument.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return text.replaceFirst("\\{", Matcher.quoteReplacement("{" + member + ","));
    }
    object.remove(name);
    String rest = object.toString();
    return switch (random.nextInt(12)) {
      case 0 -> rest; // without it
      case 1 ->
          text.length() > 2 ? "{" + member + "," + text.substring(1) : "{" + member + "}"; // twice
      default -> rest.length() > 2 ? "{" + member + "," + rest.substring(1) : "{" + member + "}";
    };
  }

  private static String deep(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> "[".repeat(DEEP) + "]".repeat(DEEP);
      case 1 -> "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP);
      default -> "{\"a\":".repeat(70) + "1" + "}".repeat(70);
    };
  }

  void bytes(Draft draft, SplittableRandom random) {
    draft.kind = "bytes";
    byte[] body = draft.body;
    int at = body.length < 2 ? 0 : 1 + random.nextInt(body.length - 1);
    draft.body =
        switch (random.nextInt(14)) {
          case 0 -> Arrays.copyOf(body, at);
          case 1 -> with(body, at, new byte[] {(byte) 0xff});
          case 2 -> with(body, at, new byte[] {(byte) 0xc3});
          case 3 -> with(body, at, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
          case 4 -> with(body, at, new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80});
          case 5 -> with(body, 0, new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
          case 6 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
          case 7 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
          case 8 -> with(body, body.length, "{\"and\":\"more\"}".getBytes(StandardCharsets.UTF_8));
          case 9 -> new byte[0];
          case 10 ->
              pick(
                      List.of(
                          "[]", "1", "\"x\"", "null", " ", "\n", "true", "{", "}", "[[", "\u0000",
                          "--", "//", "<xml/>", "a=b&c=d"),
                      random)
                  .getBytes(StandardCharsets.UTF_8);
          case 11 -> noise(random);
          case 12 -> with(body, at, new byte[] {0});
          default -> with(body, body.length, " ".repeat(300_000).getBytes(StandardCharsets.UTF_8));
        };
    draft.hope = hope(draft);
  }

  private Hope hope(Draft draft) {
    if (draft.body.length > FuzzLimits.BODY) {
      return Hope.REFUSED;
    }
    JsonNode body;
    try (var parser = new JsonFactory().createParser(draft.body)) {
      body = ServedDocument.JSON.readTree(parser);
      if (body == null || parser.nextToken() != null) {
        return Hope.REFUSED;
      }
    } catch (IOException e) {
      return Hope.REFUSED;
    }
    try {
      return document.faults(document.bodySchema(draft.operation), body).isEmpty()
          ? Hope.ANSWERED
          : Hope.REFUSED;
    } catch (NumberFormatException e) {
      return Hope.ANSWERED; // a number that no double holds: the validator has no verdict
    }
  }

  private static byte[] with(byte[] body, int at, byte[] more) {
    byte[] all = Arrays.copyOf(body, body.length + more.length);
    System.arraycopy(more, 0, all, at, more.length);
    System.arraycopy(body, at, all, at + more.length, body.length - at);
    return all;
  }

  private static byte[] noise(SplittableRandom random) {
    byte[] noise = new byte[1 + random.nextInt(2_000)];
    random.nextBytes(noise);
    return noise;
  }
}
