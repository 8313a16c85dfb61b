package io.weir.faults.worker;

import com.google.protobuf.StringValue;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;

/** Process, store, answer: as a worker should do it. */
final class WorkHandler implements MessageHandler<StringValue> {
  private final Labour labour;

  WorkHandler(Labour labour) {
    this.labour = labour;
  }

  @Override
  public Outcome handle(Delivery<StringValue> delivery) throws InterruptedException {
    String id = delivery.messageId();
    return switch (labour.attempt(id, delivery.deliveries())) {
      case GOOD -> Outcome.done(Work.result(id));
      case DEAD, RUBBISH -> Outcome.dead("no retry can help");
      case FAILING -> Outcome.retry("fails every time");
    };
  }
}
