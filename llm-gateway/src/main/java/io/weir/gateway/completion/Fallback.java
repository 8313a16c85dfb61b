package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Failure;
import org.jspecify.annotations.Nullable;

/** Whether a further candidate is asked, and what is said when none has answered. */
final class Fallback {
  private Fallback() {}

  /** Whether somebody else may do better. */
  static boolean mayHelp(Failure failure) {
    return failure.kind().passing() || failure.kind() == Failure.Kind.PROVIDER_CREDENTIALS;
  }

  /** That all are away is the answer only if each of them is. */
  static Failure worse(@Nullable Failure before, Failure now) {
    return before == null || before.kind() == Failure.Kind.PROVIDER_UNREACHABLE ? now : before;
  }
}
