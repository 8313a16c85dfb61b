package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ibm.icu.util.ULocale;
import io.weir.enricher.pipeline.Document.Field;
import io.weir.enricher.pipeline.Selection.Dropped;
import io.weir.proto.v1.Passage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PassageSelectionTest {
  private static final Document SHOES =
      document(
          "shoes",
          3,
          "The office is in Hamburg. Trail running shoes need deep lugs for mud. Parking is free.");
  private static final Document CJK = document("cjk", 1, "今日は晴れです。泥の多い山道では靴が滑ります 🏃。駐車場は無料です。");

  @Test
  void the_sentence_that_answers_is_taken_and_not_its_document() {
    Selection selection = select("shoes for muddy trails and mud", 100, SHOES);
    assertEquals(List.of("Trail running shoes need deep lugs for mud."), excerpts(selection));
    assertEquals(2, selection.unrelated());
    Passage passage = selection.passages().getFirst();
    assertEquals("p1", passage.getId());
    assertEquals("shoes", passage.getSourceId());
    assertEquals(3, passage.getSourceVersion());
  }

  @Test
  void offsets_count_utf_16_units_of_the_stored_field_in_any_script() {
    Selection selection = select("靴", 100, CJK);
    Passage passage = selection.passages().getFirst();
    String text = CJK.fields().getFirst().text();
    assertEquals(passage.getExcerpt(), text.substring(passage.getStart(), passage.getEnd()));
    assertEquals("泥の多い山道では靴が滑ります 🏃。", passage.getExcerpt());
  }

  @Test
  void the_same_sentence_in_two_documents_is_taken_once() {
    Selection selection =
        select(
            "mud lugs",
            100,
            SHOES,
            document("copy", 1, "Trail running  shoes need deep lugs for mud."));
    assertEquals(1, selection.passages().size());
    assertEquals(List.of("duplicate"), selection.dropped().stream().map(Dropped::reason).toList());
  }

  @Test
  void a_sentence_that_does_not_fit_is_left_out_with_the_reason() {
    Selection selection = select("mud lugs", 5, SHOES);
    assertEquals(List.of(), selection.passages());
    assertEquals(0, selection.budget().used());
    assertEquals("budget", selection.dropped().getFirst().reason());
  }

  @Test
  void a_rare_word_weighs_more_than_common_ones() {
    Document document =
        document(
            "d",
            1,
            "Shoes and socks. Shoes and hats. Shoes and laces. Shoes and bags. Gaiters keep mud out.");
    assertEquals(List.of("Gaiters keep mud out."), excerpts(select("shoes gaiters", 6, document)));
  }

  @Test
  void random_texts_never_break_the_budget_or_the_offsets() {
    var random = new Random(7);
    String[] parts = {
      "mud", "靴", "🏃‍♀️", "shoe", ". ", "! ", "\n", " ", "e\u0301", "。", "trail", "\t", "\r\n"
    };
    for (int round = 0; round < 200; round++) {
      var text = new StringBuilder();
      for (int i = 0; i < 60; i++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      Document document = document("d" + round, round, text.toString());
      int budget = random.nextInt(30);
      Selection selection = select("mud 靴 trail shoe", budget, document, document);
      int tokens = selection.passages().stream().mapToInt(Passage::getTokens).sum();
      assertEquals(tokens, selection.budget().used());
      assertTrue(tokens <= budget, () -> tokens + " of " + budget);
      assertEquals(selection.passages().size(), excerpts(selection).stream().distinct().count());
      for (Passage passage : selection.passages()) {
        assertEquals(passage.getExcerpt(), text.substring(passage.getStart(), passage.getEnd()));
        assertFalse(passage.getExcerpt().isBlank());
      }
    }
  }

  @Test
  void nothing_to_select_from_is_an_empty_selection() {
    assertEquals(Selection.empty(50), select("mud", 50));
  }

  private static Document document(String id, long version, String text) {
    return new Document(id, version, 1.0, List.of(new Field("content", text)));
  }

  private static Selection select(String request, int budget, Document... documents) {
    return PassageSelection.select(request, List.of(documents), budget, ULocale.ENGLISH);
  }

  private static List<String> excerpts(Selection selection) {
    return selection.passages().stream().map(Passage::getExcerpt).toList();
  }
}
