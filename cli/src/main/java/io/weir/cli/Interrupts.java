package io.weir.cli;

import io.weir.localstack.PartState;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Ctrl-C: the first one ends this process in order, its shutdown hooks stop what it started; the
 * second kills all parts and this process. Without it the JVM would ignore a second one while its
 * shutdown hooks run.
 */
final class Interrupts {

  private static final int EXIT_KILLED = 130;

  private final AtomicBoolean happened = new AtomicBoolean();
  private final Consumer<String> teller;
  private final int exitCode;
  private final Supplier<Collection<PartState>> parts;

  private Interrupts(Consumer<String> teller, int exitCode, Supplier<Collection<PartState>> parts) {
    this.teller = teller;
    this.exitCode = exitCode;
    this.parts = parts;
  }

  /**
   * Takes over Ctrl-C of this process. On a JVM without signals nothing changes.
   *
   * @param teller says to the person what happens
   * @param exitCode after the first one
   * @param parts what the second one kills
   */
  static Interrupts install(
      Consumer<String> teller, int exitCode, Supplier<Collection<PartState>> parts) {
    var interrupts = new Interrupts(teller, exitCode, parts);
    try {
      // By reflection: there is no other way to see a signal, and the compiler refuses the plain
      // use of this class.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  interrupts.signalled();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      teller.accept("Ctrl-C is left to the JVM (" + e + ")");
    }
    return interrupts;
  }

  /** Whether Ctrl-C was pressed. */
  boolean happened() {
    return happened.get();
  }

  // Runs in a thread of its own for each signal, also while shutdown hooks run.
  private void signalled() {
    if (happened.compareAndSet(false, true)) {
      teller.accept("stopping; work in hand is finished first (Ctrl-C again kills)");
      System.exit(exitCode);
    }
    teller.accept("killing");
    for (PartState part : parts.get()) {
      if (part.pid() > 0) {
        ProcessHandle.of(part.pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    Runtime.getRuntime().halt(EXIT_KILLED);
  }
}
