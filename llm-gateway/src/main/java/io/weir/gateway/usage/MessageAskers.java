package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.access.ApiKey;
import io.weir.platform.access.KeyRecords;
import io.weir.platform.access.KeyText;
import io.weir.platform.access.StoredKey;
import io.weir.platform.contract.Scope;
import io.weir.proto.v1.LlmRequest;
import java.time.Clock;
import java.util.Optional;

/**
 * Who asks and pays by NATS. Whoever may publish is inside and trusted to name a user: then the
 * request is charged to that user; without one it is recorded for the owner and charged to nobody.
 * A key that is named pays from its budget too and may no more than if it had been shown.
 * Thread-safe.
 */
public final class MessageAskers {
  private final KeyRecords keys;
  private final String owner;
  private final Clock clock;

  /** The asker, or why nobody can pay. */
  public sealed interface Result {
    /**
     * Somebody who may ask.
     *
     * @param tools whether tools of the gateway may be asked for: by a key with that scope, or
     *     without a key
     */
    record Known(Asker asker, boolean tools) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  /**
   * Does no I/O.
   *
   * @param owner whose requests are that name nobody
   */
  public MessageAskers(KeyRecords keys, String owner, Clock clock) {
    this.keys = keys;
    this.owner = owner;
    this.clock = clock;
  }

  /**
   * Who asks with {@code message}; looks the key up if it names one.
   *
   * @param endpoint the way in
   */
  public Result of(LlmRequest message, String endpoint) throws InterruptedException {
    String user = message.getUserId();
    if (message.getKeyId().isEmpty()) {
      return new Result.Known(
          new Asker(
              endpoint,
              message.getCorrelationId(),
              user.isEmpty() ? owner : user,
              "",
              !user.isEmpty()),
          true);
    }
    Optional<ApiKey> key;
    try {
      key = find(message.getKeyId());
    } catch (DependencyUnavailableException e) {
      return new Result.Refused(Refusals.unknowable());
    }
    if (key.isEmpty() || (!user.isEmpty() && !user.equals(key.get().userId()))) {
      return refused("there is no such key of this user");
    }
    if (key.get().state(clock.instant()) != ApiKey.State.ACTIVE
        || !key.get().scopes().contains(Scope.CHAT)) {
      return refused("this key may not ask models, or not any more");
    }
    return new Result.Known(
        new Asker(
            endpoint,
            message.getCorrelationId(),
            key.get().userId(),
            key.get().id(),
            !key.get().scopes().contains(Scope.UNCHARGED),
            key.get().budget()),
        key.get().scopes().contains(Scope.TOOLS));
  }

  private Optional<ApiKey> find(String named) throws InterruptedException {
    Optional<String> id = KeyText.idIn(named);
    return id.isEmpty() ? Optional.empty() : keys.find(id.get()).map(StoredKey::key);
  }

  private static Result refused(String why) {
    return new Result.Refused(Failure.invalid("Field 'key_id': " + why + ".", "key_id"));
  }
}
