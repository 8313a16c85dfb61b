package io.weir.benchmarks.measure;

import io.weir.benchmarks.measure.Subject.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Measures the subjects of a cell in turn, round after round, so that what the machine does besides
 * hits all of them alike; each round begins with another one. Rounds that warm up are not counted.
 */
public final class Rounds {
  private final Site site;
  private final Window window;
  private final int warmUps;
  private final int rounds;
  private final Consumer<String> problems;
  private final AtomicLong runs = new AtomicLong();

  /**
   * @param warmUps how often each subject runs before that
   * @param rounds how often each subject is measured
   * @param problems told of what went wrong in a way that leaves the numbers standing
   */
  public Rounds(Site site, Window window, int warmUps, int rounds, Consumer<String> problems) {
    this.site = site;
    this.window = window;
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.problems = problems;
  }

  /** The samples of each subject, in the order of the rounds. */
  public Map<Subject, List<Sample>> measure(Cell cell, List<Subject> subjects) throws Exception {
    var samples = new LinkedHashMap<Subject, List<Sample>>();
    // In the order of the subjects, not in that of the first round.
    subjects.forEach(subject -> samples.put(subject, new ArrayList<>()));
    for (int round = 0; round < warmUps + rounds; round++) {
      for (int i = 0; i < subjects.size(); i++) {
        Subject subject = subjects.get((i + round) % subjects.size());
        Sample sample = once(cell, subject);
        if (round >= warmUps) {
          samples.computeIfAbsent(subject, s -> new ArrayList<>()).add(sample);
        }
      }
    }
    return samples;
  }

  private Sample once(Cell cell, Subject subject) throws Exception {
    String run = "run-" + runs.incrementAndGet();
    boolean consumes = cell.work().consumes();
    try (Running running = subject.starter().start(site, cell, run)) {
      Sample sample = window.measure(running, consumes ? site.stored(cell.size()) : Long.MAX_VALUE);
      if (consumes && subject.kind() != Kind.PEER && site.redelivered(cell.size(), run) > 0) {
        problems.accept("%s: %s had messages delivered twice".formatted(cell.id(), subject.name()));
      }
      return sample;
    } catch (Exception e) {
      throw new IllegalStateException(
          "%s: %s: %s".formatted(cell.id(), subject.name(), e.getMessage()), e);
    } finally {
      if (consumes) {
        site.removeConsumer(cell.size(), run);
      }
      if (cell.work().publishes()) {
        site.removeOutput(run);
      }
    }
  }
}
