package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PromtoolCheckIT {

  @Test
  void goodMetricsHaveNoFinding() throws Exception {
    assertEquals(
        List.of(),
        PromtoolCheck.findings(
            """
            # HELP jobs_total Jobs that were taken.
            # TYPE jobs_total counter
            jobs_total{kind="review"} 3
            """));
  }

  @Test
  void badMetricsHaveFindings() throws Exception {
    List<String> findings = PromtoolCheck.findings("# TYPE jobs counter\njobs 3\n");

    assertFalse(findings.isEmpty());
    assertTrue(findings.toString().contains("_total"), findings.toString());
    assertFalse(PromtoolCheck.findings("this is { no metric\n").isEmpty());
  }

  @Test
  void aMissingProgramIsNotAPass() {
    IllegalStateException missing =
        assertThrows(
            IllegalStateException.class, () -> PromtoolCheck.findings("no-such-promtool", "a 1\n"));

    assertTrue(
        String.valueOf(missing.getMessage()).contains("apt-get install prometheus"),
        missing.toString());
  }
}
