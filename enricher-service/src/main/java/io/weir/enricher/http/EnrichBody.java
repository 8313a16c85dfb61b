package io.weir.enricher.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.weir.platform.http.Fields;
import io.weir.proto.v1.BrandCompliance;
import io.weir.proto.v1.ContextEnrichRequest;
import java.time.Instant;
import java.util.Set;

/**
 * The body of {@code POST /enrich} as the message of the contract; its fields have the same names.
 */
final class EnrichBody {
  /** Fields that name things. */
  static final Set<String> IDENTIFIERS = Set.of("campaign_id", "correlation_id");

  // Readers of protobuf stop at 100 nested messages, and one JSON level is three of them.
  private static final int DEEPEST = 16;
  private static final int LONGEST_TEXT = 8_000;
  private static final int LONGEST_ENTRY = 4_000;
  private static final int MOST_ENTRIES = 500;

  private EnrichBody() {}

  /**
   * @param correlationId of the HTTP request, for a body that names none
   * @throws io.weir.platform.http.ProblemException 400 with every field at fault
   */
  static ContextEnrichRequest read(ObjectNode body, String correlationId, Instant now) {
    return Fields.read(
        body,
        fields -> {
          var message =
              ContextEnrichRequest.newBuilder()
                  .setCampaignId(fields.identifier("campaign_id", 256))
                  .setLocale(fields.text("locale", 64))
                  .setRegion(fields.optionalText("region", 256).orElse(""))
                  .setAudience(fields.optionalText("audience", LONGEST_TEXT).orElse(""))
                  .setAgeMin(fields.integer("age_min", 0, 0, 130))
                  .setAgeMax(fields.integer("age_max", 0, 0, 130))
                  .setInterestsText(fields.optionalText("interests_text", LONGEST_TEXT).orElse(""))
                  .addAllProductNames(fields.texts("product_names", MOST_ENTRIES, LONGEST_ENTRY))
                  .setCorrelationId(
                      fields
                          .optionalIdentifier("correlation_id", 128)
                          .filter(id -> !id.isBlank())
                          .orElse(correlationId))
                  .setTimestamp(Timestamps.fromMillis(now.toEpochMilli()))
                  .setProfile(fields.optionalText("profile", 64).orElse(""));
          fields
              .object("brand_compliance", EnrichBody::compliance)
              .ifPresent(message::setBrandCompliance);
          fields
              .object("attributes")
              .ifPresent(attributes -> message.setAttributes(struct(attributes, fields)));
          return message.build();
        });
  }

  private static BrandCompliance compliance(Fields fields) {
    return BrandCompliance.newBuilder()
        .addAllBannedWords(fields.texts("banned_words", MOST_ENTRIES, LONGEST_ENTRY))
        .addAllLegalGuidelines(fields.texts("legal_guidelines", MOST_ENTRIES, LONGEST_ENTRY))
        .build();
  }

  private static boolean isDeeperThan(int levels, JsonNode node) {
    if (node.isValueNode()) {
      return false;
    }
    if (levels == 0) {
      return true;
    }
    for (JsonNode child : node) {
      if (isDeeperThan(levels - 1, child)) {
        return true;
      }
    }
    return false;
  }

  private static Struct struct(ObjectNode attributes, Fields fields) {
    var struct = Struct.newBuilder();
    if (isDeeperThan(DEEPEST, attributes)) {
      fields.error("attributes", "nested in more than " + DEEPEST + " levels");
      return struct.build();
    }
    try {
      JsonFormat.parser().merge(attributes.toString(), struct);
    } catch (InvalidProtocolBufferException e) {
      fields.error("attributes", "not data that can be kept: " + e.getMessage());
    }
    return struct.build();
  }
}
