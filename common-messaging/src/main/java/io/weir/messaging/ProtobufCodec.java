package io.weir.messaging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.function.Function;

/**
 * Protobuf messages: binary by default; JSON is read when the content type says so, so that a
 * message can be published by hand. Unknown fields survive in the binary form.
 */
public final class ProtobufCodec<T extends Message> implements Codec<T> {
  public static final String BINARY = "application/x-protobuf";
  public static final String JSON = "application/json";

  private static final List<String> QUOTES = List.of("\"", " but got:", " value: ", ": {", ": [");
  private static final int LONGEST_REASON = 300;

  private final T prototype;
  private final String form;
  private final Parser<T> parser;
  private final Function<? super T, List<String>> violations;

  private ProtobufCodec(T prototype, String form, Function<? super T, List<String>> violations) {
    this.prototype = prototype;
    this.form = form;
    this.violations = violations;
    @SuppressWarnings("unchecked") // a message's parser gives messages of its own class
    Parser<T> ownParser = (Parser<T>) prototype.getParserForType();
    this.parser = ownParser;
  }

  /**
   * A codec for the messages of {@code prototype}'s class.
   *
   * @param violations what breaks the contract, as {@code field: what is wrong}; empty if nothing
   */
  public static <T extends Message> ProtobufCodec<T> of(
      T prototype, Function<? super T, List<String>> violations) {
    return new ProtobufCodec<>(prototype, BINARY, violations);
  }

  /**
   * As {@link #of}, for messages that are sent as JSON, so that whoever gets them needs no
   * protobuf; without a content type they are read as JSON too.
   */
  public static <T extends Message> ProtobufCodec<T> json(
      T prototype, Function<? super T, List<String>> violations) {
    return new ProtobufCodec<>(prototype, JSON, violations);
  }

  @Override
  public String messageType() {
    return prototype.getDescriptorForType().getFullName();
  }

  @Override
  public String contentType() {
    return form;
  }

  @Override
  public ByteString encode(T message) {
    T valid = checked(message);
    if (form.equals(BINARY)) {
      return valid.toByteString();
    }
    try {
      return ByteString.copyFromUtf8(
          JsonFormat.printer().omittingInsignificantWhitespace().print(valid));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidMessageException("%s has no JSON form".formatted(messageType()), e);
    }
  }

  @Override
  public T decode(ByteString bytes, String contentType) {
    String given = contentType.isEmpty() ? form : contentType.split(";", 2)[0].strip();
    try {
      return checked(
          switch (given) {
            case BINARY, "application/protobuf" -> parser.parseFrom(bytes);
            case JSON -> fromJson(bytes);
            default ->
                throw new InvalidMessageException(
                    "content type %s is not known for %s: send %s or %s"
                        .formatted(given, messageType(), BINARY, JSON));
          });
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidMessageException(
          "not a valid %s in %s: %s".formatted(messageType(), given, withoutContent(e)), e);
    }
  }

  private T fromJson(ByteString bytes) throws InvalidProtocolBufferException {
    Message.Builder builder = prototype.newBuilderForType();
    JsonFormat.parser().merge(bytes.toStringUtf8(), builder);
    @SuppressWarnings("unchecked") // the builder came from the prototype
    T message = (T) builder.build();
    return message;
  }

  /** The parser's words without what it quotes of the message, which must reach no log. */
  private static String withoutContent(InvalidProtocolBufferException e) {
    String said = String.valueOf(e.getMessage());
    for (String quotes : QUOTES) {
      int from = said.indexOf(quotes);
      said = from < 0 ? said : said.substring(0, from);
    }
    return said.length() > LONGEST_REASON ? said.substring(0, LONGEST_REASON) : said;
  }

  private T checked(T message) {
    List<String> found = violations.apply(message);
    if (!found.isEmpty()) {
      throw new InvalidMessageException(
          messageType() + " breaks its contract: " + String.join("; ", found));
    }
    return message;
  }
}
