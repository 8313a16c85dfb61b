package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.catalogue.ModelFile;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.catalogue.Price;
import io.weir.gateway.pipeline.Candidate;
import io.weir.platform.llm.TokenCounter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallRecorderTest {
  private static final List<Candidate> BOTH =
      List.of(new Candidate("one", "flat"), new Candidate("two", "stepped"));

  @Test
  void whatIsReservedIsTheDearestCandidatesTierOfTheWholeQuestion() {
    var models =
        new ModelTable(
            ModelFile.parse(
                    """
                    models:
                      - name: flat
                        prices: [{from: 2024-01-01, input: 2, output: 10}]
                      - name: stepped
                        prices:
                          - {from: 2024-01-01, input: 1, output: 5, tiers: [{above: 200000, input: 4, output: 20}]}
                    """)
                .facts(),
            Price.of(LocalDate.EPOCH, 3_000, 15_000));
    var recorder =
        new CallRecorder(
            new UsageSpool(
                Path.of("unused"),
                1 << 20,
                Duration.ofSeconds(1),
                message -> Optional.empty(),
                new SimpleMeterRegistry()),
            models,
            new TokenCounter(),
            Clock.systemUTC(),
            new SimpleMeterRegistry());
    assertEquals(400_000 + 10_000, recorder.mostMicros(BOTH, 200_000, 1_000));
    assertEquals(800_004 + 20_000, recorder.mostMicros(BOTH, 200_001, 1_000));
  }
}
