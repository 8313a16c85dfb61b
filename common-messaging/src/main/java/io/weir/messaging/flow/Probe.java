package io.weir.messaging.flow;

/** Asks a dependency whether it is there; any exception means no. */
@FunctionalInterface
public interface Probe {
  void probe() throws Exception;
}
