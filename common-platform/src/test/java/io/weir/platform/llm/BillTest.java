package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BillTest {
  private static final Bought FIRST = new Bought("a", "m", new LlmUsage(100, 10, 110));
  private static final Bought SECOND = new Bought("b", "m", new LlmUsage(200, 20, 220));

  @Test
  void allPurchasesAddUp() {
    var bill = new Bill();
    assertEquals(LlmUsage.NONE, bill.usage());
    assertTrue(bill.add(FIRST));
    assertTrue(bill.add(SECOND));
    assertEquals(new LlmUsage(300, 30, 330), bill.usage());
    assertEquals(List.of(FIRST, SECOND), bill.bought());
  }

  @Test
  void anAnswerThatComesAgainFromAStoreCountsOnce() {
    var bill = new Bill(List.of(FIRST));
    assertFalse(bill.add(FIRST));
    assertTrue(bill.add(SECOND));
    assertEquals(330, bill.usage().totalTokens());
  }
}
