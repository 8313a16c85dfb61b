package io.weir.cli.demo;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.cli.check.SourceFile;
import io.weir.cli.check.TextDocument;
import io.weir.cli.check.Verdict;
import io.weir.cli.remote.CallException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DemoTest {

  private static final Verdict FINE = new Verdict(List.of(), List.of());

  private static Step step(String name, Supplier<Verdict> verdict) {
    return new Step() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Verdict run() {
        return verdict.get();
      }
    };
  }

  private static List<Demo.Result> run(Step... steps) throws InterruptedException {
    var out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    return new Demo(List.of(steps), new Paper(out, System::nanoTime)).run();
  }

  @Test
  void theLastLineNamesEachStepInOrder() throws InterruptedException {
    List<Demo.Result> results =
        run(
            step("review", () -> FINE),
            step("entities", () -> FINE),
            step("search", () -> FINE),
            step("enrich", () -> FINE),
            step("chat", () -> FINE));
    assertEquals(
        "demo: review ok, entities ok, search ok, enrich ok, chat ok", Demo.summary(results));
  }

  @Test
  void aStepThatFailsSaysWhyAndTheNextOnesStillRun() throws InterruptedException {
    List<Demo.Result> results =
        run(
            step("review", () -> new Verdict(List.of("no key", "no fault"), List.of())),
            step(
                "search",
                () -> {
                  throw new CallException("GET /search got no answer: refused");
                }),
            step("chat", () -> FINE));
    assertEquals(
        "demo: review FAILED (no key; no fault), search FAILED (GET /search got no answer: refused), chat ok",
        Demo.summary(results));
  }

  @Test
  void everyFaultOfTheDemoFilesHasOneLineAndTheKeyIsAnotherInEachRun() {
    List<SourceFile> files = DemoInput.sources(new Random(1));
    for (SourceFile file : files) {
      for (SourceFile.Fault fault : file.faults()) {
        assertDoesNotThrow(() -> file.lineOf(fault.code()));
      }
    }
    SourceFile python = files.getFirst();
    assertTrue(python.lineOf(python.plantedKey()) > 1);
    assertFalse(DemoInput.sources(new Random(2)).getFirst().text().contains(python.plantedKey()));
  }

  @Test
  void everyEntityExpectedOfADemoDocumentStandsOnceInItsContent() {
    for (TextDocument document : DemoInput.documents()) {
      for (TextDocument.Expected expected : document.entities()) {
        int at = document.content().indexOf(expected.text());
        assertTrue(at >= 0, expected.text());
        assertEquals(at, document.content().lastIndexOf(expected.text()), expected.text());
      }
    }
  }
}
