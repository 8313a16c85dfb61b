package io.weir.faults.scenario;

import io.weir.faults.oracle.Kind;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.testsupport.NatsFrame;
import io.weir.testsupport.NatsTap;
import io.weir.testsupport.Reaction;
import java.time.Duration;

/** What is sent to the stream of dead letters gets nowhere, while all else works. */
final class DeadLettersUnanswered implements Scenario {
  private volatile boolean swallow;

  @Override
  public String name() {
    return "dead-letter stream does not answer";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    // A refused dead letter is tried again after 30 s.
    stage.stuckAfter(Duration.ofSeconds(50));
    try (NatsTap tap = NatsTap.to(stage.ground().servers().getFirst().port())) {
      swallow = true;
      swallowNext(tap);
      var worker = stage.workers().start(WorkerOptions.DEFAULT.via(tap.url()));
      stage.producer().mixed(n -> n % 20 == 0 ? Kind.DEAD : n % 33 == 0 ? Kind.RUBBISH : Kind.GOOD);
      stage.producer().start(50);
      stage.pass(size.seconds(8, 60));
      swallow = false;
      stage.pass(Duration.ofSeconds(1));
      io.weir.faults.stage.Workers.stop(worker);
    }
    var _ = stage.workers().start(WorkerOptions.DEFAULT);
    return "";
  }

  private static boolean isLetter(NatsFrame frame) {
    return frame.isPublish() && frame.subject().startsWith("dlq.");
  }

  /** An order is for one frame, so each makes the next. */
  private void swallowNext(NatsTap tap) {
    if (swallow) {
      var _ =
          tap.onClientFrame(
              1, DeadLettersUnanswered::isLetter, Reaction.instead(frame -> swallowNext(tap)));
    }
  }
}
