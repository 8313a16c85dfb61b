package io.weir.messaging.secret;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How many secrets are found, and how much else, in lines that were labelled by hand. */
final class LabelledLinesTest {
  private static final double FLOOR = 0.95;

  private record Line(boolean secret, String text) {}

  @Test
  void precision_and_recall_stay_above_their_floor() throws IOException {
    int hits = 0;
    int wrong = 0;
    int missed = 0;
    var told = new ArrayList<String>();
    for (Line line : lines()) {
      boolean found = !SecretScanner.scan(line.text()).isEmpty();
      if (found && line.secret()) {
        hits++;
      } else if (found) {
        wrong++;
        told.add("no secret: " + line.text());
      } else if (line.secret()) {
        missed++;
        told.add("missed:    " + line.text());
      }
    }
    double precision = (double) hits / (hits + wrong);
    double recall = (double) hits / (hits + missed);
    double f1 = 2 * precision * recall / (precision + recall);
    String report =
        "precision %.3f, recall %.3f, F1 %.3f%n%s"
            .formatted(precision, recall, f1, String.join(System.lineSeparator(), told));
    System.out.println(report);
    assertTrue(precision >= FLOOR && recall >= FLOOR, report);
  }

  private static List<Line> lines() throws IOException {
    String name = "labelled-lines.txt";
    try (InputStream file =
        Objects.requireNonNull(LabelledLinesTest.class.getResourceAsStream(name), name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> new Line(line.startsWith("S "), line.substring(2).replace("~~", "")))
          .toList();
    }
  }
}
