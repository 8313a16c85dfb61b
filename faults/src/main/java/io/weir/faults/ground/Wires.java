package io.weir.faults.ground;

import io.weir.localstack.NatsServer;
import io.weir.testsupport.TcpProxy;
import java.util.List;
import java.util.function.Consumer;

/** A way to each server that can be broken; all of them together. Thread-safe. */
public final class Wires implements AutoCloseable {
  private final List<TcpProxy> proxies;

  public Wires(Ground ground) {
    this.proxies = ground.servers().stream().map(NatsServer::port).map(TcpProxy::to).toList();
  }

  /** The servers by way of the wires. */
  public String url() {
    return String.join(
        ",", proxies.stream().map(proxy -> "nats://127.0.0.1:" + proxy.port()).toList());
  }

  /** Does this to each of them. */
  public void each(Consumer<TcpProxy> fault) {
    proxies.forEach(fault);
  }

  /** Heals them; connections that have lost bytes are reset, as they are of no use any more. */
  public void heal() {
    proxies.forEach(TcpProxy::restore);
    proxies.forEach(TcpProxy::cutAll);
  }

  @Override
  public void close() {
    proxies.forEach(TcpProxy::close);
  }
}
