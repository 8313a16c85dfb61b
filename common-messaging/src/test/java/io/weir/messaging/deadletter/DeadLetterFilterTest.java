package io.weir.messaging.deadletter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeadLetterFilterTest {
  private static final DeadLetterHead LETTER =
      Letters.letter(
          Map.of("Weir-Correlation-Id", List.of("c-1"), "X-Tenant", List.of("acme", "beta")));

  @ParameterizedTest
  @CsvSource({
    "stream, REVIEW_JOBS, true",
    "stream, REVIEW, false",
    "consumer, review-high, true",
    "consumer, review-low, false",
    "class, exhausted, true",
    "class, invalid, false",
    "subject, review.jobs.high.review, true",
    "subject, review.jobs.*.review, true",
    "subject, review.>, true",
    "subject, review.jobs, false",
    "subject, *.jobs, false",
    "correlation, c-1, true",
    "correlation, c-2, false",
    "error, REFUSED, true",
    "error, timed out, false",
    "service, review-worker, true",
    "service, gateway, false",
    "header.X-Tenant, beta, true",
    "header.X-Tenant, gamma, false",
    "header.X-None, beta, false",
    "since, 2026-01-31T12:00:00Z, true",
    "since, 2026-01-31T12:00:01Z, false",
    "until, 2026-01-31T12:00:01Z, true",
    "until, 2026-01-31T12:00:00.123456789Z, false",
  })
  void aTermMeansWhatItsNameSays(String name, String value, boolean matches) {
    assertEquals(matches, DeadLetterFilter.ALL.with(name, value).matches(LETTER));
  }

  @Test
  void allTermsMustBeFulfilled() {
    var filter = DeadLetterFilter.ALL.with("stream", "REVIEW_JOBS").with("class", "exhausted");
    assertTrue(filter.matches(LETTER));
    assertEquals(false, filter.with("service", "gateway").matches(LETTER));
    assertTrue(DeadLetterFilter.ALL.matches(LETTER), "without terms all are meant");
  }

  @Test
  void aTermThatIsNotKnownIsRefusedWithThoseThatAre() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> DeadLetterFilter.ALL.with("sream", "X"));
    assertTrue(String.valueOf(e.getMessage()).contains("stream, consumer"), e::toString);
    assertThrows(
        IllegalArgumentException.class, () -> DeadLetterFilter.ALL.with("since", "yesterday"));
  }

  @Test
  void aRunsStateComesBackFromItsJsonAsItWas() {
    var state =
        new BulkState(
            "ab12",
            new BulkOrder(
                BulkOrder.Action.REPLAY,
                DeadLetterFilter.ALL.with("class", "invalid").with("header.X", "y=z"),
                100,
                2.5,
                "ann@host"),
            Letters.AT,
            50,
            900,
            17,
            3,
            2,
            1);
    assertEquals(state, BulkState.fromJson(state.toJson()));
    assertEquals(6, state.dealtWith());
  }
}
