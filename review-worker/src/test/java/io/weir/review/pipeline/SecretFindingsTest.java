package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weir.messaging.secret.Redaction;
import org.junit.jupiter.api.Test;

class SecretFindingsTest {
  private static final String KEY = "ghp_" + "a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y";

  @Test
  void a_finding_shows_where_the_secret_is_and_never_the_secret() {
    String text = "import os\n\n  TOKEN = \"" + KEY + "\"\n";

    Finding finding = SecretFindings.of(Redaction.of(text), "app.py").getFirst();

    assertEquals(3, finding.startLine());
    assertEquals(12, finding.startColumn());
    assertEquals(3, finding.endLine());
    assertEquals(12 + KEY.length(), finding.endColumn());
    assertEquals(Severity.CRITICAL, finding.severity());
    assertEquals("github-token", finding.rule());
    assertEquals("  TOKEN = \"" + "*".repeat(KEY.length()) + "\"", finding.existingCode());
    assertFalse(finding.toString().contains("a8Kd"));
  }
}
