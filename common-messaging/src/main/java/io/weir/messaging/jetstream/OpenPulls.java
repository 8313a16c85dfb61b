package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.flow.Permits;
import io.weir.messaging.flow.PriorityPlan;
import io.weir.messaging.flow.PullPlan;
import io.weir.messaging.flow.PullState;
import io.weir.messaging.flow.PullState.Answer;
import io.weir.messaging.flow.PullState.Ask;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pulls of a consumer once there is a connection: whom they ask, where answers come, and which
 * pulls they answer. Guarded by the lock of its {@link PullLoop}.
 */
record OpenPulls(List<ConsumerSpec> lanes, PullInboxes inboxes, PullState state) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenPulls.class);

  /** None is open yet. */
  static OpenPulls none(List<ConsumerSpec> lanes, PullInboxes inboxes, Permits permits) {
    PullPlan plan = lanes.size() == 1 ? PullPlan.single() : new PriorityPlan(lanes.size());
    return new OpenPulls(
        lanes,
        inboxes,
        new PullState(permits, plan, inboxes, PullTimes.SILENCE, System.nanoTime()));
  }

  /** The next pull, its permits reserved; null when none makes sense now. */
  @Nullable PullRequest next() {
    Ask ask = state.next(System.nanoTime()).orElse(null);
    return ask == null
        ? null
        : new PullRequest(ask, lanes.get(ask.lane()), inboxes.open(ask.id()), lanes.size() > 1);
  }

  /** The server said something other than by a message about {@code pull}. */
  void answered(long pull, Message message) {
    Answer answer = PullStatus.of(message.getStatus());
    if (answer == Answer.REFUSED) {
      LOG.atDebug()
          .addKeyValue("consumer", lanes.getFirst().durable())
          .addKeyValue("status", message.getStatus().getMessageWithCode())
          .log("pull refused");
    }
    state.answered(
        pull, answer, PullStatus.unsent(answer, message.getHeaders()), System.nanoTime());
  }

  /** As {@link PullState#pullAnew}, now. */
  void pullAnew() {
    state.pullAnew(System.nanoTime());
  }

  /** As {@link PullState#heardAnew}, with so much patience left that one heartbeat is awaited. */
  void heardAnew() {
    state.heardAnew(System.nanoTime() - PullTimes.QUIET_BEFORE.toNanos());
  }

  /** As {@link PullState#giveUpQuiet}, now. */
  void giveUpQuiet() {
    state.giveUpQuiet(System.nanoTime(), PullTimes.QUIET);
  }

  /** As {@link PullState#resumed}, now. */
  void resumed() {
    state.resumed(System.nanoTime());
  }
}
