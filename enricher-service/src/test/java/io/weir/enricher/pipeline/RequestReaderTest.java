package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.enricher.pipeline.RequestCheck.FieldProblem;
import io.weir.enricher.pipeline.RequestCheck.Refused;
import io.weir.proto.v1.ContextEnrichRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  @Test
  void a_locale_is_brought_to_its_usual_form_and_the_profile_defaults_to_campaign() {
    EnrichRequest request = Requests.accepted(Requests.message().setLocale("DE-de"));
    assertEquals("de-DE", request.localeTag());
    assertEquals("campaign", request.profile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"de_DE", "german", "xx-YY", "de-QX", "d", "-", "de-DE\n<b>"})
  void a_locale_that_is_no_known_language_tag_is_refused_by_name(String locale) {
    assertEquals(List.of("locale"), refusedFields(Requests.message().setLocale(locale)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"de", "zh-Hant-TW", "es-419", "sr-Latn", "fil-PH", "ar-EG", "ja-JP-u-ca-japanese"})
  void locales_with_script_part_of_the_world_or_extension_are_taken(String locale) {
    assertEquals(locale, Requests.accepted(Requests.message().setLocale(locale)).localeTag());
  }

  @Test
  void ages_must_be_possible_and_in_order() {
    assertEquals(List.of("age_min"), refusedFields(Requests.message().setAgeMin(41)));
    assertEquals(
        List.of("age_min", "age_max"),
        refusedFields(Requests.message().setAgeMin(-1).setAgeMax(131)));
    assertEquals(0, Requests.accepted(Requests.message().setAgeMax(0)).ageMax());
  }

  @Test
  void a_request_by_message_has_its_secrets_masked_and_is_refused_with_one_as_its_campaign() {
    String secret = "ghp_" + "a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y";
    ContextEnrichRequest.Builder message =
        Requests.message()
            .setRegion("the region of " + secret)
            .setAudience("runners with " + secret)
            .setInterestsText("shoes, " + secret)
            .addProductNames("shoe " + secret)
            .setBrandCompliance(
                io.weir.proto.v1.BrandCompliance.newBuilder()
                    .addBannedWords(secret)
                    .addLegalGuidelines("never say " + secret));
    String accepted = Requests.accepted(message).toString();
    assertFalse(accepted.contains(secret), accepted);
    assertTrue(accepted.contains("runners with ****"), accepted);
    assertEquals(List.of("campaign_id"), refusedFields(message.setCampaignId(secret)));
  }

  @Test
  void attributes_that_json_can_not_say_are_refused() {
    var number = com.google.protobuf.Value.newBuilder().setNumberValue(Double.NaN).build();
    assertEquals(
        List.of("attributes"),
        refusedFields(
            Requests.message()
                .setAttributes(com.google.protobuf.Struct.newBuilder().putFields("n", number))));
  }

  @Test
  void all_mistakes_are_reported_together() {
    assertEquals(
        List.of("campaign_id", "locale", "profile", "brand_compliance.banned_words[0]"),
        refusedFields(
            ContextEnrichRequest.newBuilder()
                .setProfile("nope")
                .setBrandCompliance(
                    io.weir.proto.v1.BrandCompliance.newBuilder()
                        .addBannedWords("x".repeat(4001)))));
  }

  @Test
  void the_correlation_id_and_blank_or_repeated_entries_are_not_part_of_what_is_asked() {
    assertEquals(
        Requests.request(),
        Requests.accepted(
            Requests.message()
                .setCorrelationId("c-1")
                .addProductNames(" ")
                .addProductNames("Mudclaw 3")));
  }

  private static List<String> refusedFields(ContextEnrichRequest.Builder message) {
    RequestCheck check = new RequestReader(Set.of("campaign")).read(message.build());
    return assertInstanceOf(Refused.class, check, message::toString).problems().stream()
        .map(FieldProblem::field)
        .toList();
  }
}
