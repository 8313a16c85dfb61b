package io.weir.cli.check;

import java.util.ArrayList;
import java.util.List;

/**
 * What a check came to.
 *
 * @param problems what was expected and not found; none means that all is well
 * @param notes what a person should know although it is no failure, such as a linter that is not
 *     there
 */
public record Verdict(List<String> problems, List<String> notes) {

  public Verdict {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /** One problem and nothing else. */
  public static Verdict failed(String why) {
    return new Verdict(List.of(why), List.of());
  }

  public boolean isOk() {
    return problems.isEmpty();
  }

  /** Both together. */
  public Verdict and(Verdict other) {
    var allProblems = new ArrayList<>(problems);
    allProblems.addAll(other.problems);
    var allNotes = new ArrayList<>(notes);
    allNotes.addAll(other.notes);
    return new Verdict(allProblems, allNotes);
  }

  /** Collects what a check finds. Not thread-safe. */
  static final class Notebook {
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** A problem unless {@code holds}. */
    void expect(boolean holds, String problem) {
      if (!holds) {
        problems.add(problem);
      }
    }

    void note(String note) {
      notes.add(note);
    }

    Verdict verdict() {
      return new Verdict(problems, notes);
    }
  }
}
