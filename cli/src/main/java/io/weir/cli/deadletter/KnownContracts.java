package io.weir.cli.deadletter;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.ProtobufCodec;
import io.weir.proto.Contracts;
import io.weir.proto.v1.BreadcrumbEvent;
import io.weir.proto.v1.ContextEnrichReady;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.proto.v1.EntitiesExtracted;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import io.weir.proto.v1.LlmUsage;
import io.weir.proto.v1.ReviewEvent;
import io.weir.proto.v1.ReviewJob;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The messages of the platform, by the name that travels in their headers. */
final class KnownContracts {
  private static final List<Message> PROTOTYPES =
      List.of(
          BreadcrumbEvent.getDefaultInstance(),
          ContextEnrichReady.getDefaultInstance(),
          ContextEnrichRequest.getDefaultInstance(),
          EntitiesExtracted.getDefaultInstance(),
          LlmError.getDefaultInstance(),
          LlmRequest.getDefaultInstance(),
          LlmResponse.getDefaultInstance(),
          LlmUsage.getDefaultInstance(),
          ReviewEvent.getDefaultInstance(),
          ReviewJob.getDefaultInstance());

  private KnownContracts() {}

  /** Their names. */
  static SortedSet<String> names() {
    var names = new TreeSet<String>();
    PROTOTYPES.forEach(message -> names.add(message.getDescriptorForType().getFullName()));
    return names;
  }

  static Optional<Message> prototype(String type) {
    return PROTOTYPES.stream()
        .filter(message -> message.getDescriptorForType().getFullName().equals(type))
        .findFirst();
  }

  /**
   * Holds bytes to their contract.
   *
   * @param type a known message type
   * @param contentType their form
   * @return the message
   * @throws InvalidMessageException when they break it; says where
   */
  static Message checked(String type, ByteString bytes, String contentType) {
    Message prototype =
        prototype(type)
            .orElseThrow(
                () ->
                    new InvalidMessageException(
                        "message type %s is not known; there are %s".formatted(type, names())));
    return ProtobufCodec.of(prototype, Contracts::violations).decode(bytes, contentType);
  }
}
