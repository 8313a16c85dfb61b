package io.weir.review.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.platform.usage.Spend;
import io.weir.review.pipeline.JobType;
import io.weir.review.store.Job;
import io.weir.review.store.JobPriority;
import io.weir.review.store.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest {
  @ParameterizedTest
  @CsvSource({
    "j1, 0, false",
    "j1, 1, true",
    "j1:1, 1, false",
    "j1:1, 2, true",
    "j1:2, 2, false",
    "dlq:7:1, 2, false",
    "j10, 2, false",
    "j1:x, 2, false",
    "WORK:17, 2, false",
  })
  void aMessageOfAnEarlierRunIsKnownByItsId(String messageId, int runs, boolean earlier) {
    assertEquals(earlier, Events.isOfEarlierRun(messageId, job(runs)));
  }

  @ParameterizedTest
  @CsvSource({"0", "3"})
  void theNewestAnnouncementIsOfNoEarlierRun(int runs) {
    Job job = job(runs);
    String id = runs == 0 ? Events.announcement(job).id() : Events.again(job, runs).id();
    assertEquals(false, Events.isOfEarlierRun(id, job));
    assertEquals(true, Events.isOfEarlierRun(id, job(runs + 1)));
  }

  private static Job job(int runs) {
    return new Job(
        "j1",
        "u1",
        JobType.REVIEW,
        JobPriority.NORMAL,
        JobStatus.PENDING,
        "a.py",
        "a = 1",
        Optional.empty(),
        "",
        "",
        JsonNodeFactory.instance.objectNode(),
        List.of(),
        "c1",
        Optional.empty(),
        List.of(),
        0,
        "",
        runs,
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Spend.NONE);
  }
}
