package io.weir.faults.worker;

import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.weir.faults.oracle.Kind;
import io.weir.messaging.Codec;
import io.weir.messaging.Outgoing;
import io.weir.messaging.ProtobufCodec;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.StreamSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What the suite's messages look like, and where they go. */
public final class Work {
  public static final String STREAM = "WORK";
  public static final String CONSUMER = "worker";
  public static final String RESULTS = "RESULTS";
  public static final SubjectTemplate SUBJECT = new SubjectTemplate("work.{key}");
  public static final SubjectTemplate RESULT = new SubjectTemplate("result.{key}");
  public static final StreamSpec WORK_STREAM = StreamSpec.workQueue(STREAM, SUBJECT);
  public static final StreamSpec RESULT_STREAM =
      StreamSpec.events(RESULTS, Duration.ofDays(1), RESULT)
          .whenFull(StreamSpec.WhenFull.REFUSE_NEW);
  public static final Codec<StringValue> CODEC =
      ProtobufCodec.of(
          StringValue.getDefaultInstance(),
          message -> message.getValue().isEmpty() ? List.of("value: required") : List.of());

  private static final String RESULT_PREFIX = "result:";
  private static final int KEYS = 16;
  private static final int COLLECTIONS = 64;

  private Work() {}

  /** The message with this id, filled up to about {@code bytes}. */
  public static Outgoing message(String id, int bytes) {
    StringValue text = StringValue.of(id + "|" + ".".repeat(Math.max(0, bytes - id.length() - 1)));
    Outgoing message = Outgoing.of(SUBJECT.with(key(id)), id, CODEC, text, "corr-" + id);
    return Kind.of(id) == Kind.RUBBISH
        ? new Outgoing(
            message.subject(),
            id,
            ByteString.copyFrom(new byte[] {(byte) 0xff, 0x00, 0x17}),
            message.contentType(),
            message.messageType(),
            message.correlationId())
        : message;
  }

  /** The result of the message with this id; the same id each time. */
  public static Outgoing result(String id) {
    return Outgoing.of(
        RESULT.with(key(id)),
        RESULT_PREFIX + id,
        CODEC,
        StringValue.of("result of " + id),
        "corr-" + id);
  }

  /** The id of the message that a result with this id belongs to. */
  public static String idOfResult(String resultId) {
    return resultId.substring(RESULT_PREFIX.length());
  }

  /** The collection that the effect of this message is kept in. */
  public static String effectsOf(String id) {
    return collection(Math.floorMod(id.hashCode(), COLLECTIONS));
  }

  /** All collections of effects; several, so that each can be read at once. */
  public static List<String> effects() {
    return IntStream.range(0, COLLECTIONS).mapToObj(Work::collection).toList();
  }

  private static String collection(int n) {
    return "effects-" + n;
  }

  private static String key(String id) {
    return "k" + Math.floorMod(id.hashCode(), KEYS);
  }
}
