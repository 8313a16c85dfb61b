package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.localstack.ManagedProcess;
import io.weir.testsupport.NatsFrame;
import io.weir.testsupport.NatsTap;
import io.weir.testsupport.Reaction;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** {@code kill -9} of a worker at each boundary of its work, while others take over. */
final class WorkerKilled implements Scenario {
  private static final int KILLED = 137;

  /** Where a worker dies: inside of its handler, or as a frame passes its wire. */
  private enum Boundary {
    BEFORE_PROCESS,
    AFTER_PROCESS,
    AFTER_STORE,
    BEFORE_PUBLISH,
    AFTER_PUBLISH,
    BEFORE_ACK,
    AFTER_ACK;

    boolean isInHandler() {
      return compareTo(AFTER_STORE) <= 0;
    }
  }

  private final WorkerOptions options =
      WorkerOptions.DEFAULT.busy(Duration.ofMillis(1), Duration.ofMillis(20));

  @Override
  public String name() {
    return "worker killed before and after it processes, stores, publishes, acknowledges";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.producer().start(100);
    int deaths = 0;
    for (int round = 0; round < size.of(1, 10); round++) {
      for (Boundary boundary : Boundary.values()) {
        int nth = 20 + 7 * round;
        ManagedProcess worker =
            boundary.isInHandler()
                ? stage.workers().start(options.haltAt(boundary.name(), nth))
                : diesOnTheWire(stage, boundary, nth);
        int exit = worker.onExit().join().exitCode().orElseThrow();
        if (exit != KILLED) {
          throw new AssertionError(
              "a worker was to be killed %s but ended with %d".formatted(boundary, exit));
        }
        deaths++;
      }
    }
    var _ = stage.workers().start(options);
    stage.pass(Duration.ofSeconds(1));
    return deaths + " deaths";
  }

  private ManagedProcess diesOnTheWire(Stage stage, Boundary boundary, int nth) throws Exception {
    try (NatsTap tap = NatsTap.to(stage.ground().servers().getFirst().port())) {
      var worker = new AtomicReference<ManagedProcess>();
      Reaction.Action<NatsFrame> kill = frame -> worker.get().kill();
      var killed =
          switch (boundary) {
            case BEFORE_PUBLISH ->
                tap.onClientFrame(nth, WorkerKilled::isResult, Reaction.instead(kill).andHangUp());
            case AFTER_PUBLISH ->
                tap.onAnswerTo(nth, WorkerKilled::isResult, Reaction.before(kill).andHangUp());
            case BEFORE_ACK ->
                tap.onClientFrame(nth, WorkerKilled::isAck, Reaction.instead(kill).andHangUp());
            case AFTER_ACK ->
                tap.onClientFrame(nth, WorkerKilled::isAck, Reaction.after(kill).andHangUp());
            default -> throw new IllegalStateException("not on the wire: " + boundary);
          };
      worker.set(stage.workers().launch(options.via(tap.url())));
      var _ = killed.get(60, java.util.concurrent.TimeUnit.SECONDS);
      return worker.get();
    }
  }

  private static boolean isResult(NatsFrame frame) {
    return frame.isPublish() && frame.subject().startsWith("result.");
  }

  private static boolean isAck(NatsFrame frame) {
    return frame.isAcknowledgement() && frame.text().startsWith("+ACK");
  }
}
