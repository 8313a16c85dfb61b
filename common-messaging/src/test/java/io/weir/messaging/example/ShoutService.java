package io.weir.messaging.example;

import com.google.protobuf.StringValue;
import io.weir.messaging.Codec;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.ProtobufCodec;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.StreamSpec;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Takes texts from {@code shout.request} and publishes them in capitals on {@code shout.reply}. */
final class ShoutService {
  static final SubjectTemplate REQUEST = new SubjectTemplate("shout.request");
  static final SubjectTemplate REPLY = new SubjectTemplate("shout.reply");
  static final Codec<StringValue> TEXT =
      ProtobufCodec.of(StringValue.getDefaultInstance(), text -> List.of());

  public static void main(String[] args) {
    ServiceRuntime.run("shout", 8099, args, BrokerSettings::read, ShoutService::wire);
  }

  private static void wire(BrokerSettings settings, Service service) {
    var messaging =
        service.add(new Messaging(service.name(), settings, service.meters(), service.clock()));
    service.add(
        messaging.streams(
            StreamSpec.workQueue("SHOUTS", REQUEST),
            StreamSpec.events("SHOUTED", Duration.ofHours(1), REPLY)));
    service.add(
        messaging.consumer(
            ConsumerSpec.of("SHOUTS", "shout"),
            TEXT,
            ShoutService::shout,
            ConsumerOptions.DEFAULT));
    service.routes(routes -> routes.get("/hello", (request, response) -> response.send("HELLO")));
  }

  private static Outcome shout(Delivery<StringValue> delivery) {
    String loud = delivery.payload().getValue().toUpperCase(Locale.ROOT);
    return Outcome.done(
        Outgoing.of(
            REPLY.with(),
            "shout:" + delivery.messageId(),
            TEXT,
            StringValue.of(loud),
            delivery.correlationId()));
  }
}
