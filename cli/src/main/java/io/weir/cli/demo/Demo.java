package io.weir.cli.demo;

import io.weir.cli.check.Verdict;
import io.weir.cli.remote.CallException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the steps one after the other; one that fails does not keep the next from running. */
final class Demo {

  /** What a step came to. */
  record Result(String step, Verdict verdict) {}

  private final List<Step> steps;
  private final Paper paper;

  Demo(List<Step> steps, Paper paper) {
    this.steps = List.copyOf(steps);
    this.paper = paper;
  }

  List<Result> run() throws InterruptedException {
    List<Result> results = new ArrayList<>();
    for (Step step : steps) {
      Verdict verdict = run(step);
      verdict.notes().forEach(note -> paper.line("note: " + note));
      verdict.problems().forEach(problem -> paper.line("FAILED: " + problem));
      results.add(new Result(step.name(), verdict));
    }
    return results;
  }

  private static Verdict run(Step step) throws InterruptedException {
    try {
      return step.run();
    } catch (CallException e) {
      return Verdict.failed(e.getMessage());
    }
  }

  /** The last line: {@code demo: review ok, entities FAILED (why), ...}. */
  static String summary(List<Result> results) {
    return results.stream()
        .map(
            result ->
                result.step()
                    + (result.verdict().isOk()
                        ? " ok"
                        : " FAILED (" + String.join("; ", result.verdict().problems()) + ")"))
        .collect(Collectors.joining(", ", "demo: ", ""));
  }
}
