package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.proto.v1.ContextPack;
import io.weir.proto.v1.Fact;
import io.weir.proto.v1.Insight;
import io.weir.proto.v1.Passage;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PackBuilderTest {
  private static final EnrichRequest REQUEST = Requests.request();
  private static final Market MARKET = Market.of(REQUEST.locale(), REQUEST.region());
  private static final Passage PASSAGE =
      Passage.newBuilder().setId("p1").setSourceId("shoes").setExcerpt("Lugs grip mud.").build();
  private static final Ground GROUND =
      new Ground(
          Stream.concat(
                  LocaleFacts.of(MARKET).stream(),
                  Holidays.ahead(MARKET, LocalDate.of(2026, 11, 21), 90).stream())
              .toList(),
          new Selection(List.of(PASSAGE), List.of(), 0, new Selection.Budget(800, 4, "chars/4")),
          List.of());

  @Test
  void the_models_dos_and_donts_are_the_packs_dos_and_donts() {
    ContextPack pack = fromModel();
    assertEquals(List.of("Show real mud."), pack.getDosList());
    assertEquals(List.of("Promise injuries away."), pack.getDontsList());
    assertEquals("plain and warm", pack.getTone());
    assertEquals("llm", pack.getMode());
    assertEquals("some-model", pack.getModel());
  }

  @Test
  void banned_words_and_legal_guidelines_of_the_request_are_kept_whole_and_first() {
    assertEquals(List.of("cheap", "billig"), fromModel().getBannedWordsList());
    assertEquals(
        List.of("No health claims.", "Price claims need a basis."),
        fromModel().getLegalGuidelinesList());
    ContextPack offline = PackBuilder.offline("id", REQUEST, GROUND);
    assertEquals(List.of("cheap", "billig"), offline.getBannedWordsList());
    assertEquals(List.of("No health claims."), offline.getLegalGuidelinesList());
  }

  @Test
  void an_insight_cites_only_what_is_in_the_pack() {
    ContextPack pack = fromModel();
    assertCitationsResolve(pack);
    assertEquals(
        List.of("holiday.2026-12-25"),
        insights(pack, "seasonal_context").getFirst().getCitesList());
    assertEquals(List.of("p1"), insights(pack, "market_trends").getFirst().getCitesList());
    assertEquals(3, insights(pack, "market_trends").size());
    assertEquals(2, insights(pack, "competitor_insights").size());
  }

  @Test
  void a_pack_without_a_model_is_made_of_facts_and_passages_and_says_so() {
    ContextPack pack = PackBuilder.offline("id", REQUEST, GROUND);
    assertEquals("offline", pack.getMode());
    assertEquals(3, insights(pack, "seasonal_context").size());
    assertEquals("Lugs grip mud.", insights(pack, "background").getFirst().getText());
    assertTrue(pack.getCultureNotesList().contains("The language is German (Deutsch)."));
    assertFalse(pack.getDosList().isEmpty());
    assertEquals(List.of(), pack.getDontsList());
    assertCitationsResolve(pack);
  }

  @Test
  void a_notice_is_in_the_pack_and_can_not_be_cited() {
    Ground ground = GROUND.withNotice("passages", "No passages: the search was away.");
    ContextPack pack = PackBuilder.offline("id", REQUEST, ground);
    Fact notice = pack.getFactsList().getLast();
    assertEquals("notice.passages", notice.getId());
    assertFalse(ground.ids().contains(notice.getId()));
  }

  private static ContextPack fromModel() {
    return PackBuilder.fromModel("id", REQUEST, GROUND, Answers.enrichment(), "some-model");
  }

  private static void assertCitationsResolve(ContextPack pack) {
    var ids = new HashSet<String>();
    pack.getFactsList().forEach(fact -> ids.add(fact.getId()));
    pack.getPassagesList().forEach(passage -> ids.add(passage.getId()));
    for (Insight insight : pack.getInsightsList()) {
      assertTrue(ids.containsAll(insight.getCitesList()), insight::toString);
    }
  }

  private static List<Insight> insights(ContextPack pack, String kind) {
    return pack.getInsightsList().stream().filter(i -> i.getKind().equals(kind)).toList();
  }
}
