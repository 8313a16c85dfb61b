package io.weir.messaging;

import org.jspecify.annotations.Nullable;

/**
 * Something that all work needs is away (the store, the broker, every model). It costs a message
 * nothing: a consumer whose handler throws this pauses until the dependency answers again.
 */
public final class DependencyUnavailableException extends MessagingException {
  private final String dependency;

  public DependencyUnavailableException(
      String dependency, String reason, @Nullable Throwable cause) {
    super(dependency + " is unavailable: " + reason, cause);
    this.dependency = dependency;
  }

  /** The dependency's name, as its probe is registered: {@code mongodb}, {@code llm}. */
  public String dependency() {
    return dependency;
  }
}
