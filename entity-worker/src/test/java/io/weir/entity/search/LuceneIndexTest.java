package io.weir.entity.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LuceneIndexTest {
  private final SearchIndex index = new LuceneIndex();

  @AfterEach
  void close() {
    index.close();
  }

  private static IndexedDocument document(String id, String title, String body) {
    return new IndexedDocument(id, title, body, "", List.of(), "", List.of());
  }

  private List<String> find(String text) {
    return find(new SearchQuery(text, 10, Optional.empty(), List.of()));
  }

  private List<String> find(SearchQuery query) {
    return index.search(query).hits().stream().map(SearchHit::id).toList();
  }

  @Test
  void theDocumentThatIsAboutItComesFirst() {
    index.put(
        List.of(
            document("a", "Garden notes", "Tomatoes want sun. The broker called about the house."),
            document("b", "Message brokers", "A broker stores messages until a consumer has them."),
            document("c", "Cooking", "Boil the tomatoes.")));
    assertEquals(List.of("b", "a"), find("message broker"));
    assertEquals(List.of("c", "a"), find("tomatoes"));
  }

  @Test
  void wordsAreFoundInOtherFormsButNeverInsideOthers() {
    index.put(
        List.of(
            document("a", "Capital cities", "Paris is rapidly growing."),
            document("b", "Our APIs", "x")));
    assertEquals(List.of("b"), find("api"));
    assertEquals(List.of("a"), find("city grow"));
  }

  @Test
  void aTitleCountsMoreThanABody() {
    index.put(List.of(document("a", "other", "lighthouse"), document("b", "lighthouse", "other")));
    assertEquals(List.of("b", "a"), find("lighthouse"));
  }

  @Test
  void entityNamesAreASmallBoost() {
    var plain = document("a", "Report", "acme paid");
    var named = new IndexedDocument("b", "Report", "acme paid", "", List.of("acme"), "", List.of());
    index.put(List.of(plain, named));
    SearchResult result = index.search(new SearchQuery("acme", 10, Optional.empty(), List.of()));
    assertEquals(List.of("b", "a"), result.hits().stream().map(SearchHit::id).toList());
    SearchHit best = result.hits().getFirst();
    assertEquals(1.0, best.score());
    assertEquals(
        best.score(), best.parts().stream().mapToDouble(ScorePart::contribution).sum(), 1e-9);
    assertEquals(0.9, result.hits().getLast().score());
  }

  @Test
  void codeIdentifiersAreFoundWholeAndInParts() {
    index.put(
        List.of(
            new IndexedDocument("a", "t", "", "parseConfig max_retries", List.of(), "", List.of()),
            document("b", "t", "nothing")));
    assertEquals(List.of("a"), find("parseConfig"));
    assertEquals(List.of("a"), find("config"));
    assertEquals(List.of("a"), find("max_retries"));
  }

  @Test
  void ownerAndTagsNarrowTheSearch() {
    index.put(
        List.of(
            new IndexedDocument("a", "note", "", "", List.of(), "ann", List.of("red", "big")),
            new IndexedDocument("b", "note", "", "", List.of(), "bob", List.of("red"))));
    assertEquals(List.of("b"), find(new SearchQuery("note", 10, Optional.of("bob"), List.of())));
    assertEquals(
        List.of("a"), find(new SearchQuery("note", 10, Optional.empty(), List.of("red", "big"))));
    assertEquals(List.of(), find(new SearchQuery("note", 10, Optional.of("bob"), List.of("big"))));
  }

  @Test
  void aNewVersionReplacesTheOldOneAndARemovedOneIsGone() {
    index.put(List.of(document("a", "old", "walrus")));
    index.put(List.of(document("a", "new", "penguin")));
    assertEquals(List.of(), find("walrus"));
    assertEquals(List.of("a"), find("penguin"));
    assertEquals(1, index.size());
    index.remove("a");
    assertEquals(List.of(), find("penguin"));
    assertEquals(0, index.size());
  }

  @Test
  void theLimitIsKeptAndAllMatchesAreCounted() {
    for (int i = 0; i < 30; i++) {
      index.put(List.of(document("d" + i, "seagull", "")));
    }
    SearchResult result = index.search(new SearchQuery("seagull", 5, Optional.empty(), List.of()));
    assertEquals(5, result.hits().size());
    assertEquals(30, result.matches());
  }

  @Test
  void queriesOfStopWordsSyntaxOrNothingFindNothingAndDoNotFail() {
    index.put(List.of(document("a", "the title", "日本語 text")));
    for (String text : List.of("the", "", "\"((", "title:(", "*", "-", "~^", "\uD83D")) {
      assertTrue(
          index.search(new SearchQuery(text, 5, Optional.empty(), List.of())).hits().size() <= 1);
    }
    assertEquals(List.of("a"), find("日本語"));
  }
}
