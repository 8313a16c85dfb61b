package io.weir.kills.point;

import io.weir.testsupport.HttpPiece;
import io.weir.testsupport.MongoFrame;
import io.weir.testsupport.NatsFrame;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Names what passes on a wire by its form, without ids, so that the same step has the same name in
 * each run. What keeps a connection alive or looks at the state of servers has no name. Stateless.
 */
public final class StepNames {
  private static final Set<String> UPKEEP =
      Set.of("hello", "isMaster", "ismaster", "ping", "endSessions", "buildInfo", "getMore");

  /** Most fields that a name tells. */
  private static final int MOST_FIELDS = 4;

  private StepNames() {}

  /** {@code update jobs by _id, claim.epoch: $set results}; empty for what is no command. */
  public static String of(MongoFrame frame) {
    String command = frame.command();
    if (command.isEmpty() || UPKEEP.contains(command)) {
      return "";
    }
    String name = command + " " + frame.collection();
    return switch (command) {
      case "find" -> name + by(frame.body(), "filter");
      case "findAndModify" -> name + by(frame.body(), "query") + changes(frame.body(), "update");
      case "update" -> name + first(frame, document -> by(document, "q") + changes(document, "u"));
      case "delete" -> name + first(frame, document -> by(document, "q"));
      default -> name;
    };
  }

  /** What a service sends, such as {@code publish review.events.*.completed}. */
  public static String of(NatsFrame frame) {
    if (!frame.isPublish()) {
      return "";
    }
    String subject = frame.subject();
    if (subject.startsWith("$JS.ACK.")) {
      String stream = stream(subject);
      return frame.isAcknowledgement()
          ? "ack " + stream
          : frame.text().startsWith("+WPI") ? "" : "nak or term " + stream;
    }
    if (subject.startsWith("$JS.API.")) {
      return subject.contains(".MSG.NEXT.")
              || subject.contains(".INFO.")
              || subject.endsWith("INFO")
          ? ""
          : "ask " + form(subject);
    }
    return "publish " + form(subject);
  }

  /** {@code deliver REVIEW_JOBS}; empty for what is no delivery of a consumer. */
  public static String delivered(NatsFrame frame) {
    return frame.isMessage()
        ? frame
            .replyTo()
            .filter(reply -> reply.startsWith("$JS.ACK."))
            .map(reply -> "deliver " + stream(reply))
            .orElse("")
        : "";
  }

  /** {@code POST /v1/chat/completions}; empty for what begins no request that does something. */
  public static String of(HttpPiece piece) {
    return piece.request().startsWith("GET /v1/models") ? "" : piece.request();
  }

  /** {@code $JS.ACK.<stream>…}, or with domain and account before the stream. */
  private static String stream(String acknowledges) {
    List<String> tokens = List.of(acknowledges.split("[.]", -1));
    return tokens.size() > 9 ? tokens.get(4) : tokens.get(2);
  }

  /** Ids are stars: tokens with a digit in them, or longer than any word. */
  private static String form(String subject) {
    return Stream.of(subject.split("[.]", -1))
        .map(token -> token.matches(".*[0-9].*") || token.length() > 30 ? "*" : token)
        .collect(Collectors.joining("."));
  }

  private interface Naming {
    String of(BsonDocument document);
  }

  private static String first(MongoFrame frame, Naming naming) {
    return frame.documents().isEmpty() ? "" : naming.of(frame.documents().getFirst());
  }

  private static String by(BsonDocument document, String field) {
    var names = new LinkedHashSet<String>();
    if (document.get(field) instanceof BsonDocument filter) {
      conditions(filter, names);
    }
    return names.isEmpty() ? "" : " by " + some(names);
  }

  private static void conditions(BsonDocument filter, Set<String> names) {
    filter.forEach(
        (name, value) -> {
          if (value.isArray() && name.startsWith("$")) {
            value.asArray().stream()
                .filter(BsonValue::isDocument)
                .forEach(part -> conditions(part.asDocument(), names));
          } else {
            names.add(name);
          }
        });
  }

  private static String changes(BsonDocument document, String field) {
    if (!(document.get(field) instanceof BsonDocument update)) {
      return "";
    }
    var names = new LinkedHashSet<String>();
    update.forEach(
        (operator, fields) -> {
          if (!operator.startsWith("$")) {
            names.add("all of it");
          } else if (fields instanceof BsonDocument changed) {
            changed.forEach((name, value) -> names.add(changed(name, value)));
          }
        });
    return ": " + some(names);
  }

  /** A state is told with its field: that one changes it is the point of most changes. */
  private static String changed(String name, BsonValue value) {
    return (name.equals("status") || name.equals("state")) && value instanceof BsonString state
        ? name + "=" + state.getValue()
        : name;
  }

  private static String some(Set<String> names) {
    String text = names.stream().limit(MOST_FIELDS).collect(Collectors.joining(", "));
    return names.size() > MOST_FIELDS ? text + ", …" : text;
  }
}
