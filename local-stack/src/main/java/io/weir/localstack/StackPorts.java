package io.weir.localstack;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The ports of a stack on 127.0.0.1.
 *
 * @param nats the wish for nats-server; if it is taken, a free one is used
 * @param mongo likewise for the MongoDB-wire server
 * @param services the HTTP ports of the services, which are not replaced: people and clients have
 *     them in their settings
 */
public record StackPorts(int nats, int mongo, Map<StackService, Integer> services) {

  public StackPorts {
    services = Map.copyOf(services);
  }

  /** 4222, 27017, 3000, 8081, 8082 and 8083. */
  public static StackPorts defaults() {
    Map<StackService, Integer> services = new EnumMap<>(StackService.class);
    for (StackService service : StackService.values()) {
      services.put(service, service.defaultPort());
    }
    return new StackPorts(4222, 27017, services);
  }

  /** Free ones, for tests and for a second stack on a machine. */
  public static StackPorts free() {
    StackService[] all = StackService.values();
    List<Integer> ports = FreePorts.several(all.length + 2);
    Map<StackService, Integer> services = new EnumMap<>(StackService.class);
    for (int i = 0; i < all.length; i++) {
      services.put(all[i], ports.get(i));
    }
    return new StackPorts(ports.get(all.length), ports.get(all.length + 1), services);
  }

  public int of(StackService service) {
    return services.getOrDefault(service, service.defaultPort());
  }
}
