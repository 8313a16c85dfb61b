package io.weir.review.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.platform.llm.TokenCounter;
import io.weir.platform.usage.Prices;
import io.weir.platform.usage.Spend;
import io.weir.review.config.ReviewSettings;
import io.weir.review.config.Roles;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.store.Job;
import io.weir.review.store.JobPriority;
import io.weir.review.store.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobEstimateTest {
  private final TokenCounter counter = new TokenCounter();
  private final JobEstimate estimate = of(2048);

  private JobEstimate of(int maxTokens) {
    return new JobEstimate(
        Roles.shipped(),
        new ReviewSettings.Model(maxTokens, Optional.empty(), new Prices(3_000, 15_000)),
        counter);
  }

  @Test
  void it_has_the_longest_answer_in_it() {
    assertEquals(1_000, of(3048).of(job("a = 1\n", "")) - estimate.of(job("a = 1\n", "")));
  }

  @Test
  void more_code_and_a_longer_log_are_more_tokens_by_a_margin() {
    String more = "def average(values):\n    return sum(values) / len(values)\n".repeat(100);
    long tokens = counter.count(more);
    long small = estimate.of(job("a = 1\n", ""));
    assertTrue(estimate.of(job("a = 1\n" + more, "")) - small > tokens * 5 / 4);
    assertTrue(estimate.of(job("a = 1\n", more)) - small > tokens * 5 / 4);
  }

  private static Job job(String content, String log) {
    return new Job(
        "j1",
        "u1",
        JobType.DEBUG,
        JobPriority.NORMAL,
        JobStatus.PENDING,
        "a.py",
        content,
        Optional.of(Language.PYTHON),
        "",
        log,
        JsonNodeFactory.instance.objectNode(),
        List.of(),
        "c1",
        Optional.empty(),
        List.of(),
        0,
        "",
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Spend.NONE);
  }
}
