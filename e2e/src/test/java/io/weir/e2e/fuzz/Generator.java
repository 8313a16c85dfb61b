package io.weir.e2e.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.e2e.fuzz.Draft.Hope;
import io.weir.e2e.fuzz.ServedDocument.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Makes the n-th request of a seed, the same each time. Thread-safe. */
final class Generator {
  private final ServedDocument document;
  private final Spoiler spoiler;
  private final long seed;
  private final String service;
  private final Fuzzer.Keys keys;
  private final Function<String, List<String>> ids;

  /**
   * @param ids values of path parameters that name something which is there, by the path
   */
  Generator(
      ServedDocument document,
      String service,
      long seed,
      Fuzzer.Keys keys,
      Function<String, List<String>> ids) {
    this.document = document;
    this.spoiler = new Spoiler(document);
    this.service = service;
    this.seed = seed;
    this.keys = keys;
    this.ids = ids;
  }

  Draft draft(int index) {
    var random = new SplittableRandom(seed * 1_000_003 + service.hashCode() * 31L + index);
    Operation operation = operation(random);
    String marker = Marker.of(seed, service, index);
    var draft = new Draft(index, operation, marker);
    var values = new Values(document, random);
    valid(draft, values, random);
    int kind = random.nextInt(100);
    if (kind < 30) {
      draft.kind = "valid";
      who(draft, random);
    } else if (kind < 50 && operation.takesBody()) {
      spoiler.values(draft, random);
    } else if (kind < 62 && operation.takesBody()) {
      spoiler.bytes(draft, random);
    } else if (kind < 75) {
      headers(draft, random);
    } else if (kind < 83) {
      framing(draft, random);
    } else if (kind < 95) {
      target(draft, random);
    } else if (kind < 98) {
      draft.kind = "method";
      draft.method = pick(Nasty.METHODS, random);
      draft.hope = Hope.ANY;
    } else {
      draft.kind = "raw";
      draft.method = "GET"; // of which an answer has a body
      draft.raw = pick(Nasty.RAW, random).getBytes(StandardCharsets.UTF_8);
      draft.hope = Hope.ANY;
    }
    return draft;
  }

  // What writes is worth more tries than what reads.
  private Operation operation(SplittableRandom random) {
    List<Operation> all = document.operations();
    Operation first = pick(all, random);
    Operation second = pick(all, random);
    Operation third = pick(all, random);
    return first.asksForKeys() && first.takesBody()
        ? first
        : second.takesBody() ? second : third.asksForKeys() ? third : first;
  }

  private void valid(Draft draft, Values values, SplittableRandom random) {
    Operation operation = draft.operation;
    String path = operation.path();
    for (JsonNode parameter : document.parameters(operation, "path")) {
      String name = parameter.path("name").asText();
      List<String> there = ids.apply(operation.path());
      boolean known = !there.isEmpty() && random.nextInt(3) > 0;
      // A name that holds a slash or a dot segment is another path.
      String value =
          known && (name.equals("id") || name.equals("campaign"))
              ? pick(there, random)
              : token(values, parameter, random);
      path = path.replace("{" + name + "}", encoded(value));
    }
    var query = new ArrayList<String>();
    for (JsonNode parameter : document.parameters(operation, "query")) {
      if (parameter.path("required").asBoolean() || random.nextInt(2) == 0) {
        String value = values.valid(parameter.path("schema")).asText();
        query.add(parameter.path("name").asText() + "=" + encoded(value));
      }
    }
    draft.target = query.isEmpty() ? path : path + "?" + String.join("&", query);
    draft.headers.add("Host: localhost");
    draft.headers.add("Connection: close");
    draft.headers.add("Authorization: Bearer " + keys.good());
    draft.headers.add("x-correlation-id: " + draft.marker);
    for (JsonNode parameter : document.parameters(operation, "header")) {
      String name = parameter.path("name").asText();
      if (!name.equals("x-correlation-id") && random.nextInt(4) == 0) {
        String value = values.valid(parameter.path("schema")).asText();
        if (value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
          draft.set(name, value);
        }
      }
    }
    draft.hope = Hope.ACCEPTED;
    if (operation.takesBody()) {
      draft.headers.add("Content-Type: application/json");
      JsonNode body = values.valid(document.bodySchema(operation));
      mark((ObjectNode) body, draft.marker, random);
      draft.body = body.toString().getBytes(StandardCharsets.UTF_8);
      if (draft.body.length > FuzzLimits.BODY
          || !document.faults(document.bodySchema(operation), body).isEmpty()) {
        draft.hope = Hope.REFUSED;
      }
    }
  }

  private static String token(Values values, JsonNode parameter, SplittableRandom random) {
    String value = values.valid(parameter.path("schema")).asText();
    boolean plain =
        value
            .chars()
            .allMatch(
                c ->
                    c > ' '
                        && c != 127
                        && c != '/'
                        && c != '\\'
                        && c != ';'
                        && c != '.'
                        && c != '%'
                        && !Character.isSurrogate((char) c));
    return plain && !value.isEmpty() ? value : "t" + random.nextInt(100);
  }

  /** Puts the marker where it is stored with the rest. */
  private static void mark(ObjectNode body, String marker, SplittableRandom random) {
    for (String field : List.of("title", "campaign_id", "repo_id", "correlation_id")) {
      if (body.path(field).isTextual() && random.nextBoolean()) {
        body.put(field, marker);
      }
    }
  }

  private void who(Draft draft, SplittableRandom random) {
    switch (random.nextInt(20)) {
      case 0 -> {
        draft.drop("Authorization");
        draft.kind = "nobody";
        draft.hope = Hope.ANSWERED;
      }
      case 1 -> {
        draft.set("Authorization", "Bearer " + pick(keys.worthless(), random));
        draft.kind = "worthless";
        draft.hope = Hope.ANSWERED;
      }
      case 2 -> {
        draft.set("Authorization", "Bearer " + keys.narrow());
        draft.kind = "narrow";
        draft.hope = Hope.ANSWERED;
      }
      default -> {}
    }
  }

  private void headers(Draft draft, SplittableRandom random) {
    draft.kind = "headers";
    draft.hope = Hope.ANY;
    String line = pick(Nasty.HEADERS, random);
    int colon = line.indexOf(':');
    if (colon > 0 && random.nextInt(3) > 0) {
      draft.drop(line.substring(0, colon));
    }
    draft.headers.add(line);
    if (random.nextInt(6) == 0) {
      draft.headers.removeIf(one -> one.startsWith("Content-Type"));
    }
  }

  private void framing(Draft draft, SplittableRandom random) {
    draft.kind = "framing";
    draft.hope = Hope.ANY;
    draft.length = false;
    String framing = pick(Nasty.FRAMINGS, random);
    int end = framing.startsWith("\r\n") ? 0 : framing.indexOf("\r\n\r\n");
    if (end > 0) {
      draft.headers.add(framing.substring(0, end));
    }
    draft.body = framing.substring(end == 0 ? 2 : end + 4).getBytes(StandardCharsets.UTF_8);
    draft.stall = random.nextInt(40) == 0;
  }

  private void target(Draft draft, SplittableRandom random) {
    draft.kind = "target";
    draft.hope = Hope.ANY;
    String piece = pick(Nasty.TARGET, random);
    String path =
        draft
            .operation
            .path()
            .replaceAll("\\{\\w+}", java.util.regex.Matcher.quoteReplacement(piece));
    List<JsonNode> query = document.parameters(draft.operation, "query");
    draft.target =
        switch (random.nextInt(query.isEmpty() ? 6 : 12)) {
          case 0 -> path + "/" + piece;
          case 1 -> "/" + piece + path;
          case 2 -> path + "?" + piece + "=" + piece;
          case 3 -> path + "?" + "a=b&".repeat(random.nextInt(2) == 0 ? 1_000 : 30_000);
          case 4, 5 -> path.equals(draft.operation.path()) ? piece : path;
          case 6 -> draft.target + "&" + query.getFirst().path("name").asText() + "[$ne]=" + piece;
          default ->
              path
                  + "?"
                  + pick(query, random).path("name").asText()
                  + "="
                  + piece
                  + (random.nextBoolean() ? "&q=x" : "");
        };
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static <T> T pick(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }
}
