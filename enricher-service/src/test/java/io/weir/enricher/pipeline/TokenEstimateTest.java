package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.proto.v1.Fact;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimateTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "en-US", "ja-JP", "ar-EG", "hi-IN", "es-ES", "ch-CH", "sr-BA"})
  void it_has_room_for_the_facts_of_any_market(String locale) {
    EnrichRequest request = Requests.accepted(Requests.message().setLocale(locale));
    Market market = Market.of(request.locale(), request.region());
    var facts = new ArrayList<Fact>(LocaleFacts.of(market));
    facts.addAll(Holidays.ahead(market, TODAY, Requests.PROFILE.holidayDays()));
    Prompt asked = PromptBuilder.build(Requests.PROFILE, request, facts, List.of(), TODAY);
    int bytes = (asked.system() + asked.user()).getBytes(StandardCharsets.UTF_8).length;
    long estimate = TokenEstimate.of(request, Requests.PROFILE, TODAY);
    assertTrue(
        estimate > bytes / 3 + Requests.PROFILE.passageTokens() + Requests.PROFILE.maxTokens(),
        () -> bytes + " bytes, an estimate of " + estimate);
  }

  @Test
  void three_bytes_more_are_a_token_more() {
    long one = TokenEstimate.of(withInterests("shoes"), Requests.PROFILE, TODAY);
    long two = TokenEstimate.of(withInterests("shoes" + "x".repeat(300)), Requests.PROFILE, TODAY);
    assertEquals(100, two - one);
  }

  private static EnrichRequest withInterests(String text) {
    return Requests.accepted(Requests.message().setInterestsText(text));
  }
}
